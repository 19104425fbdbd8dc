#include "api/routes/login_sessions.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/user_json.hpp"
#include "shared/base/text.hpp"
#include "shared/store/login_sessions.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

std::string session_json(const store::login_session& s, std::int64_t current) {
    std::string out = "{";
    jsonio::append_member(out, "id", s.id);
    jsonio::append_member(out, "client_type", std::string_view(s.client_type));
    jsonio::append_member(out, "device_name", std::string_view(s.device_name));
    append_time_or_null(out, "created_at", s.created_at);
    append_time_or_null(out, "last_activity", s.last_activity);
    append_time_or_null(out, "expires_at", s.expires_at);
    append_or_null(out, "ip_address", s.ip_address);
    append_or_null(out, "user_agent", s.user_agent);
    jsonio::append_member(out, "is_active", s.is_active);
    jsonio::append_member(out, "is_current", s.id == current);
    return out + "}";
}

} // namespace

void login_session_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string pattern, auto handler) {
        table.add({std::move(method), std::move(pattern), http::access::account, "login_sessions",
                   std::move(handler)});
    };
    add("GET", "/api/v1/auth/users/me/", [this](http::request& r, call& c) { return me(r, c); });
    add("GET", "/api/v1/auth/sessions/", [this](http::request& r, call& c) { return list(r, c); });
    add("POST", "/api/v1/auth/sessions/revoke_all/",
        [this](http::request& r, call& c) { return revoke_all(r, c); });
    add("GET", "/api/v1/auth/sessions/<id>/", [this](http::request& r, call& c) { return show(r, c); });
    add("POST", "/api/v1/auth/sessions/<id>/revoke/",
        [this](http::request& r, call& c) { return revoke(r, c); });
    add("POST", "/api/v1/auth/logout/all/",
        [this](http::request& r, call& c) { return log_out_everywhere(r, c); });
}

async::awaitable<http::response> login_session_routes::me(http::request&, call& c) {
    auto work = [id = c.who.caller.account](pg::transaction& t) {
        return store::find_account(t, id);
    };
    const auto account = co_await database_.read(std::move(work), c.deadline);
    if (!account) co_return bad_token();
    co_return json_response(200, user_json(*account, clock_.now()));
}

async::awaitable<http::response> login_session_routes::list(http::request&, call& c) {
    auto work = [id = c.who.caller.account](pg::transaction& t) {
        return store::list_login_sessions(t, id, most_listed);
    };
    std::string out = "[";
    for (const auto& s : co_await database_.read(std::move(work), c.deadline))
        append_element(out, session_json(s, c.who.session));
    co_return json_response(200, out + "]");
}

async::awaitable<http::response> login_session_routes::show(http::request& r, call& c) {
    const auto id = parse_integer<std::int64_t>(r.parameters.at(0));
    if (!id) co_return not_found();
    auto work = [account = c.who.caller.account, id = *id](pg::transaction& t) {
        return store::find_login_session(t, account, id);
    };
    const auto found = co_await database_.read(std::move(work), c.deadline);
    if (!found) co_return not_found();
    co_return json_response(200, session_json(*found, c.who.session));
}

async::awaitable<http::response> login_session_routes::revoke(http::request& r, call& c) {
    const auto id = parse_integer<std::int64_t>(r.parameters.at(0));
    if (!id) co_return not_found();
    auto work = [account = c.who.caller.account, id = *id](pg::transaction& t) {
        store::revoke_login_session(t, account, id);
        return store::find_login_session(t, account, id);
    };
    const auto found = co_await database_.run(std::move(work), c.deadline);
    if (!found) co_return not_found();
    revocations_.add(found->id, found->expires_at);
    std::string out = "{";
    jsonio::append_member(out, "message", "Session revoked successfully");
    jsonio::append_member(out, "session_id", found->id);
    co_return json_response(200, out + "}");
}

async::awaitable<std::int64_t> login_session_routes::end_all(call& c, std::optional<std::int64_t> except) {
    auto work = [account = c.who.caller.account, except](pg::transaction& t) {
        return store::revoke_all_login_sessions(t, account, except);
    };
    const auto revoked = co_await database_.run(std::move(work), c.deadline);
    revocations_.add(revoked);
    const auto now = clock_.now();
    co_return std::count_if(revoked.begin(), revoked.end(),
                            [now](const auto& s) { return s.expires_at > now; });
}

async::awaitable<http::response> login_session_routes::revoke_all(http::request&, call& c) {
    form f(c.body);
    const auto keep = f.flag("keep_current").value.value_or(false);
    if (!f.ok()) co_return invalid(f.errors());
    const auto count = co_await end_all(c, keep ? std::optional(c.who.session) : std::nullopt);
    std::string out = "{";
    jsonio::append_member(out, "message", std::to_string(count) + " session(s) revoked successfully");
    jsonio::append_member(out, "revoked_count", count);
    co_return json_response(200, out + "}");
}

async::awaitable<http::response> login_session_routes::log_out_everywhere(http::request&, call& c) {
    const auto count = co_await end_all(c, std::nullopt);
    std::string out = "{";
    jsonio::append_member(out, "message", "Logged out from " + std::to_string(count) + " device(s)");
    jsonio::append_member(out, "revoked_sessions", count);
    co_return json_response(200, out + "}");
}

} // namespace voltlane::api
