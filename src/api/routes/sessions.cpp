#include "api/routes/sessions.hpp"

#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "api/paging.hpp"
#include "api/routes/session_filter.hpp"
#include "api/routes/session_json.hpp"
#include "shared/base/text.hpp"
#include "shared/store/session_lists.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

// Meter values of one answer: a day of samples every 5 s. More are fetched with ?offset=.
constexpr std::int64_t most_meter_values = 20'000;

} // namespace

std::optional<session_id> session_of(const http::request& r) {
    const auto id = parse_integer<std::int64_t>(r.parameters.at(0));
    return id && *id > 0 ? std::optional(session_id(*id)) : std::nullopt;
}

void session_routes::add_to(router& table) {
    table.add({"GET", "/api/sessions/", http::access::account, "sessions", [this](http::request& r, call& c) {
                   return list(r, c);
               }});
    table.add(
        {"GET", "/api/sessions/<id>/", http::access::account, "sessions", [this](http::request& r, call& c) {
             return show(r, c);
         }});
    table.add({"GET", "/api/sessions/<id>/meter_values/", http::access::account, "sessions",
               [this](http::request& r, call& c) {
                   return meter_values(r, c);
               }});
}

async::awaitable<http::response> session_routes::list(http::request& r, call& c) {
    const auto p = read_page(r);
    auto q = read_session_query(r);
    if (!q.errors.empty()) co_return invalid(q.errors);
    store::session_request request;
    if (p.cursor && !p.cursor->empty()) {
        request.after = read_session_cursor(*p.cursor, q);
        if (!request.after) co_return bad_cursor();
    }
    request.order = q.order;
    request.descending = q.descending;
    request.limit = p.limit;
    request.offset = p.offset;
    request.counted = p.wrapped;
    auto work = [who = c.who.caller, filter = q.filter, request](pg::transaction& t) {
        return store::list_sessions(t, who, filter, request);
    };
    auto& pool = q.filter.text || p.far_off() ? searches_ : database_;
    const auto found = co_await pool.read(std::move(work), c.deadline);
    const auto now = clock_.now();
    std::string rows = "[";
    for (const auto& s : found.rows)
        append_element(rows, session_json(s, now));
    std::optional<std::string> next;
    if (found.more) next = session_cursor(found.rows.back(), q);
    co_return page_response(r, p, found.count, rows + ']', next);
}

async::awaitable<http::response> session_routes::show(http::request& r, call& c) {
    const auto id = session_of(r);
    if (!id) co_return not_found();
    auto work = [who = c.who.caller, id = *id](pg::transaction& t) {
        return store::find_session(t, who, id);
    };
    const auto s = co_await database_.read(std::move(work), c.deadline);
    if (!s) co_return not_found();
    co_return json_response(200, session_detail_json(*s, clock_.now()));
}

async::awaitable<http::response> session_routes::meter_values(http::request& r, call& c) {
    const auto id = session_of(r);
    if (!id) co_return not_found();
    const auto number = [&r](std::string_view name) {
        return parse_integer<std::int64_t>(r.parameter(name).value_or("")).value_or(0);
    };
    const auto offset = std::max<std::int64_t>(0, number("offset"));
    const auto asked = number("limit");
    const auto limit = asked > 0 ? std::min(asked, most_meter_values) : most_meter_values;
    auto work = [who = c.who.caller, id = *id, limit, offset](pg::transaction& t) {
        std::optional<std::vector<store::meter_value_row>> values;
        if (store::find_session(t, who, id)) values = store::list_meter_values(t, id, limit, offset);
        return values;
    };
    const auto values = co_await database_.read(std::move(work), c.deadline);
    if (!values) co_return not_found();
    std::string rows = "[";
    for (const auto& v : *values)
        append_element(rows, meter_value_json(v));
    co_return json_response(200, rows + "]");
}

} // namespace voltlane::api
