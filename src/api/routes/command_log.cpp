#include "api/routes/command_log.hpp"

#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "api/paging.hpp"
#include "shared/base/text.hpp"
#include "shared/store/command_log.hpp"

namespace voltlane::api {
namespace {

std::string command_json(const store::command_row& c) {
    std::string out = "{";
    jsonio::append_member(out, "id", std::string_view(c.id));
    jsonio::append_member(out, "charge_point", std::string_view(c.identity));
    jsonio::append_member(out, "action", std::string_view(c.action));
    jsonio::append_raw_member(out, "params", c.params);
    jsonio::append_member(out, "state", std::string_view(c.state));
    jsonio::append_member(out, "attempt", c.attempt);
    jsonio::append_raw_member(out, "response", c.response ? std::string_view(*c.response) : "null");
    jsonio::append_raw_member(out, "error", c.error ? std::string_view(*c.error) : "null");
    jsonio::append_member(out, "user", std::string_view(c.username));
    jsonio::append_member(out, "created_at", std::string_view(format_micros(c.created_at)));
    jsonio::append_member(out, "deadline", std::string_view(format_micros(c.deadline)));
    const auto time = [&out](std::string_view name, const std::optional<timestamp>& t) {
        if (t) {
            jsonio::append_member(out, name, std::string_view(format_micros(*t)));
        } else {
            append_null(out, name);
        }
    };
    time("sent_at", c.sent_at);
    time("ended_at", c.ended_at);
    return out + "}";
}

std::string cursor_of(const store::command_row& c) {
    return make_cursor({std::to_string(c.created_at.time_since_epoch().count()), c.id});
}

std::optional<store::command_request::place> read_place(std::string_view cursor) {
    const auto parts = read_cursor(cursor, 2);
    if (!parts) return std::nullopt;
    const auto micros = parse_integer<std::int64_t>((*parts)[0]);
    if (!micros || !store::is_command_id((*parts)[1])) return std::nullopt;
    return store::command_request::place{timestamp(std::chrono::microseconds(*micros)), (*parts)[1]};
}

} // namespace

void command_log_routes::add_to(router& table) {
    table.add({"GET", "/api/commands/", http::access::account, "commands", [this](http::request& r, call& c) {
                   return list(r, c);
               }});
    table.add(
        {"GET", "/api/commands/<id>/", http::access::account, "commands", [this](http::request& r, call& c) {
             return show(r, c);
         }});
}

async::awaitable<http::response> command_log_routes::list(http::request& r, call& c) {
    const auto p = read_page(r);
    store::command_request q;
    q.limit = p.limit;
    q.offset = p.offset;
    q.counted = p.wrapped;
    if (p.cursor && !p.cursor->empty()) {
        q.after = read_place(*p.cursor);
        if (!q.after) co_return bad_cursor();
    }
    auto work = [who = c.who.caller, q](pg::transaction& t) {
        return store::list_commands(t, who, q);
    };
    const auto found = co_await (p.far_off() ? searches_ : database_).read(std::move(work), c.deadline);
    std::string rows = "[";
    for (const auto& row : found.rows)
        append_element(rows, command_json(row));
    std::optional<std::string> next;
    if (found.more) next = cursor_of(found.rows.back());
    co_return page_response(r, p, found.count, rows + ']', next);
}

async::awaitable<http::response> command_log_routes::show(http::request& r, call& c) {
    auto work = [who = c.who.caller, id = r.parameters.at(0)](pg::transaction& t) {
        return store::find_command(t, who, id);
    };
    const auto row = co_await database_.read(std::move(work), c.deadline);
    co_return row ? json_response(200, command_json(*row)) : not_found();
}

} // namespace voltlane::api
