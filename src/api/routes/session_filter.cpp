#include "api/routes/session_filter.hpp"

#include "api/paging.hpp"
#include "shared/base/text.hpp"
#include "shared/ocpp/charge_point_id.hpp"
#include "shared/ocpp/v16/quirks/id_tag.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;
using store::session_order;
using store::session_status;

constexpr std::array<std::pair<session_order, std::string_view>, 5> orders{
    {{session_order::id, "id"},
     {session_order::started, "Started"},
     {session_order::ended, "Ended"},
     {session_order::energy, "kWh"},
     {session_order::total, "total"}}};

struct moment {
    timestamp at{};
    bool whole_day = false;
};

// A date as the beginning of its day. The '+' of an offset that nobody encoded has become a blank.
std::optional<moment> parse_moment(std::string text) {
    if (text.size() == 10) {
        const auto day = parse_rfc3339(text + "T00:00:00Z");
        return day ? std::optional(moment{*day, true}) : std::nullopt;
    }
    if (text.size() > 6 && text[text.size() - 6] == ' ') text[text.size() - 6] = '+';
    const auto at = parse_rfc3339(text);
    return at ? std::optional(moment{*at, false}) : std::nullopt;
}

void read_period(const http::request& r, session_query& q) {
    const auto read = [&](const char* name) -> std::optional<moment> {
        const auto text = r.parameter(name);
        if (!text || text->empty()) return std::nullopt;
        auto found = parse_moment(*text);
        if (!found) q.errors[name] = {"Enter a valid date or date-time (RFC 3339)."};
        return found;
    };
    if (const auto from = read("from")) q.filter.from = from->at;
    // Starts are whole seconds: the instant itself belongs to it.
    if (const auto to = read("to"))
        q.filter.until = to->whole_day ? to->at + std::chrono::days(1) : to->at + 1us;
}

void read_statuses(const http::request& r, session_query& q) {
    auto& statuses = q.filter.statuses;
    if (const auto text = r.parameter("status"); text && !text->empty()) {
        if (const auto status = store::parse_session_status(*text)) {
            statuses.push_back(*status);
        } else {
            q.errors["status"] = {"Select a valid choice. " + text->substr(0, 100) +
                                  " is not one of the available choices."};
        }
    }
    if (r.parameter("review").value_or("") == "true") statuses.push_back(session_status::review);
    const auto open = r.parameter("open").value_or("");
    if (open == "true") statuses.push_back(session_status::open);
    if (open == "false") statuses.push_back(session_status::ended);
}

void read_ordering(const http::request& r, session_query& q) {
    const auto text = r.parameter("ordering").value_or("");
    for (std::string_view rest = text; !rest.empty() && !q.ordered;) {
        const auto comma = rest.find(',');
        auto name = trim(rest.substr(0, comma));
        const bool descending = name.starts_with('-');
        if (descending) name.remove_prefix(1);
        for (const auto& [order, known] : orders) {
            if (known != name) continue;
            q.order = order;
            q.descending = descending;
            q.ordered = true;
        }
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
}

std::string_view name_of(session_order o) {
    for (const auto& [order, name] : orders)
        if (order == o) return name;
    return {};
}

} // namespace

session_query read_session_query(const http::request& r) {
    session_query q;
    if (const auto cp = r.parameter("cp"); cp && !cp->empty()) {
        // What can be no id matches nothing.
        if (ocpp::is_charge_point_id(*cp)) {
            q.filter.charge_point = ocpp::canonical_charge_point_id(*cp);
        } else {
            q.filter.nothing = true;
        }
    }
    if (const auto user = r.parameter("user"); user && !user->empty())
        q.filter.user = {*user, ocpp::v16::normalise_id_tag(*user)};
    if (auto text = r.parameter("q")) {
        text = std::string(trim(*text));
        if (!text->empty()) q.filter.text = std::move(text);
    }
    read_period(r, q);
    read_statuses(r, q);
    read_ordering(r, q);
    return q;
}

std::string session_cursor(const store::session_row& last, const session_query& q) {
    const auto place = store::place_of(last, q.order);
    return make_cursor({(q.descending ? "-" : "") + std::string(name_of(q.order)), std::to_string(place.key),
                        std::to_string(place.id())});
}

std::optional<store::session_place> read_session_cursor(std::string_view cursor, session_query& q) {
    const auto parts = read_cursor(cursor, 3);
    if (!parts) return std::nullopt;
    std::string_view name = (*parts)[0];
    const bool descending = name.starts_with('-');
    if (descending) name.remove_prefix(1);
    const auto key = parse_integer<std::int64_t>((*parts)[1]);
    const auto id = parse_integer<std::int64_t>((*parts)[2]);
    if (!key || !id) return std::nullopt;
    for (const auto& [order, known] : orders) {
        if (known != name) continue;
        if (q.ordered && (q.order != order || q.descending != descending)) return std::nullopt;
        q.order = order;
        q.descending = descending;
        return store::session_place{*key, session_id(*id)};
    }
    return std::nullopt;
}

} // namespace voltlane::api
