#include "api/routes/id_tag_report.hpp"

#include "api/json_text.hpp"
#include "shared/store/tenant_bounds.hpp"

#include <algorithm>
#include <tuple>

namespace voltlane::api {
namespace {

constexpr std::string_view unknown_email = "No user has this e-mail address.";
constexpr std::string_view not_looked_up =
    "Too many e-mail addresses that are not members' were looked up; try again in a minute.";

// What the table had against lines that are right by themselves: as many as may be told of; all are counted.
std::vector<line_error> refusals(const id_tag_file& file, const std::vector<store::line_outcome>& outcomes,
                                 std::size_t& count) {
    std::vector<line_error> found;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const auto outcome = outcomes[i];
        const bool no_room = outcome == store::line_outcome::no_room;
        const bool not_asked = outcome == store::line_outcome::not_looked_up;
        if (!no_room && !not_asked && outcome != store::line_outcome::unknown_email) continue;
        ++count;
        if (found.size() == most_import_faults) continue;
        if (no_room) {
            found.push_back({file.numbers[i], "id_tag", id_tags_full()});
        } else {
            found.push_back(
                {file.numbers[i], "user_email", std::string(not_asked ? not_looked_up : unknown_email)});
        }
    }
    return found;
}

} // namespace

std::string id_tags_full() {
    return "A tenant has no more than " + std::to_string(store::most_id_tags) + " id tags.";
}

std::string import_report(const id_tag_file& file, const std::vector<store::line_outcome>& outcomes,
                          bool dry_run) {
    const auto count = [&outcomes](store::line_outcome o) {
        return static_cast<std::int64_t>(std::count(outcomes.begin(), outcomes.end(), o));
    };
    std::size_t faults = file.faults;
    auto errors = refusals(file, outcomes, faults);
    errors.insert(errors.end(), file.errors.begin(), file.errors.end());
    std::sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
        return std::tie(a.line, a.field) < std::tie(b.line, b.field);
    });
    if (errors.size() > most_import_faults) errors.resize(most_import_faults);
    std::string list = "[";
    for (const auto& e : errors) {
        std::string one = "{";
        jsonio::append_member(one, "line", static_cast<std::int64_t>(e.line));
        jsonio::append_member(one, "field", std::string_view(e.field));
        jsonio::append_member(one, "message", std::string_view(e.message));
        append_element(list, one + "}");
    }
    std::string out = "{";
    jsonio::append_member(out, "created", count(store::line_outcome::created));
    jsonio::append_member(out, "updated", count(store::line_outcome::updated));
    jsonio::append_member(out, "unchanged", count(store::line_outcome::unchanged));
    jsonio::append_member(out, "dry_run", dry_run);
    jsonio::append_raw_member(out, "errors", list + "]");
    jsonio::append_member(out, "more_errors", static_cast<std::int64_t>(faults - errors.size()));
    return out + "}";
}

} // namespace voltlane::api
