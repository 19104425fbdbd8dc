#include "api/routes/id_tag_import.hpp"

#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "api/routes/id_tag_csv.hpp"
#include "shared/base/log.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <tuple>

namespace voltlane::api {
namespace {

// Rows read and sent at a time, some 60 KB.
constexpr std::int64_t rows_a_page = 500;
constexpr std::chrono::seconds page_time{10}; // for one page to come from the database

constexpr std::string_view unknown_email = "No user has this e-mail address.";

std::string report(const id_tag_file& file, const std::vector<store::line_outcome>& outcomes, bool dry_run) {
    const auto count = [&outcomes](store::line_outcome o) {
        return static_cast<std::int64_t>(std::count(outcomes.begin(), outcomes.end(), o));
    };
    auto errors = file.errors;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        if (outcomes[i] == store::line_outcome::unknown_email)
            errors.push_back({file.numbers[i], "user_email", std::string(unknown_email)});
    std::sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
        return std::tie(a.line, a.field) < std::tie(b.line, b.field);
    });
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
    return out + "}";
}

} // namespace

void id_tag_import_routes::add_to(router& table) {
    table.add({"GET", "/api/id-tags/export.csv/", http::access::administrator, "id_tags",
               [this](http::request& r, call& c) {
                   return export_all(r, c);
               }});
    route importing{"POST", "/api/id-tags/import/", http::access::administrator, "id_tags",
                    [this](http::request& r, call& c) {
                        return import(r, c);
                    }};
    importing.csv = true;
    table.add(std::move(importing));
}

async::awaitable<http::response> id_tag_import_routes::import(http::request& r, call& c) {
    const bool dry_run = iequals(r.parameter("dry_run").value_or(""), "true");
    const auto file = std::make_shared<const id_tag_file>(read_id_tag_file(r.body));
    if (!file->refused.empty()) co_return invalid(file->refused);
    auto work = [tenant = *c.who.caller.tenant, file, dry_run](pg::transaction& t) {
        return store::import_id_tags(t, tenant, file->lines, dry_run);
    };
    const auto outcomes = co_await database_.run(std::move(work), c.deadline);
    co_return json_response(200, report(*file, outcomes, dry_run));
}

async::awaitable<http::response> id_tag_import_routes::export_all(http::request&, call& c) {
    http::response answer;
    answer.content_type = "text/csv; charset=utf-8";
    answer.set("Content-Disposition", "attachment; filename=\"id-tags.csv\"");
    answer.stream = [this, tenant = *c.who.caller.tenant](http::body_stream& out) {
        return write_all(out, tenant);
    };
    co_return answer;
}

// By pages, as the export of sessions is. A tenant's tags are few beside its sessions: the caller's rights
// hold for one download.
async::awaitable<void> id_tag_import_routes::write_all(http::body_stream& out, tenant_id tenant) {
    store::id_tag_request request;
    request.limit = rows_a_page;
    bool whole = false;
    try {
        bool taken = co_await out.write(id_tag_csv_header());
        while (taken && !whole) {
            auto work = [tenant, request](pg::transaction& t) {
                return store::list_id_tags(t, tenant, request);
            };
            const auto page =
                co_await database_.read(std::move(work), std::chrono::steady_clock::now() + page_time);
            if (!page.rows.empty()) {
                request.after = page.rows.back().id;
                taken = co_await out.write(id_tag_csv(page.rows));
            }
            whole = taken && !page.more;
        }
    } catch (const std::exception& e) {
        log::get("api")->warn("an export broke off: {}", e.what());
    }
    if (!whole) out.fail();
}

} // namespace voltlane::api
