#include "api/routes/token_pairs.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/user_agent.hpp"
#include "api/routes/user_json.hpp"
#include "shared/http/limits.hpp"

#include <algorithm>
#include <limits>

namespace voltlane::api {
namespace {

http::response wrong_credentials() {
    return json_response(401, R"({"detail":"No active account found with the given credentials",)"
                              R"("code":"no_active_account"})");
}

http::response bad_refresh() {
    return json_response(401, R"({"detail":"Token is invalid or expired","code":"token_not_valid"})");
}

http::response already_open(std::string client_type) {
    std::replace(client_type.begin(), client_type.end(), '_', ' ');
    return json_response(401, R"({"detail":"You are already logged in on )" + client_type +
                                  R"(. Please logout first.","code":"already_logged_in"})");
}

http::response refused(const login_refusal& no, const std::string& client_type) {
    switch (no.why) {
    case login_refusal::reason::throttled: return throttled(no.wait);
    case login_refusal::reason::barred: return json_response(403, bar_json(no.bar));
    case login_refusal::reason::already_open: return already_open(client_type);
    case login_refusal::reason::wrong: break;
    }
    return wrong_credentials();
}

store::new_login_session read_session(form& f) {
    constexpr form::text_rule name{.may_be_blank = true, .may_be_null = true};
    store::new_login_session s;
    s.managed = true;
    if (auto type = f.choice("client_type", {"telegram_bot", "website", "mobile", "unknown"}, false);
        !type.empty())
        s.client_type = std::move(type);
    s.device_name = f.optional_text("device_name", name).value.value_or("");
    s.telegram_user_id = f.integer("telegram_user_id", std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max())
                             .value;
    s.telegram_username = f.optional_text("telegram_username", name).value;
    return s;
}

// No bound of its own: what is too long for a token is a bad one, not a wrong field.
std::string read_refresh(form& f) {
    return f.text("refresh", {.required = true, .most = http::max_body_bytes});
}

} // namespace

void token_pair_routes::add_to(router& table) {
    const auto post = [&table](std::string pattern, auto handler) {
        table.add({"POST", std::move(pattern), http::access::open, "login_sessions", std::move(handler)});
    };
    post("/api/v1/auth/token/", [this](http::request& r, call& c) { return obtain(r, c); });
    post("/api/v1/auth/token/refresh/", [this](http::request& r, call& c) { return refresh(r, c); });
    post("/api/v1/auth/logout/", [this](http::request& r, call& c) { return log_out(r, c); });
}

async::awaitable<http::response> token_pair_routes::obtain(http::request& r, call& c) {
    form f(c.body);
    auto username = f.text("username", {.required = true, .most = 254});
    auto password = f.text("password", {.required = true, .trimmed = false, .most = 1000});
    auto session = read_session(f);
    if (!f.ok()) co_return invalid(f.errors());
    const auto found = co_await logins_.prove(std::move(username), std::move(password), c.client, c.deadline);
    const auto client_type = session.client_type;
    if (const auto* no = std::get_if<login_refusal>(&found)) co_return refused(*no, client_type);
    const auto& proven = std::get<proven_login>(found);
    session.ip_address = c.client;
    session.user_agent = kept_user_agent(r);
    const auto result = co_await logins_.open(proven, std::move(session), c.deadline);
    if (const auto* no = std::get_if<login_refusal>(&result)) co_return refused(*no, client_type);
    const auto& opened = std::get<logins::opened>(result);
    std::string out = "{";
    jsonio::append_member(out, "refresh", std::string_view(opened.tokens.refresh));
    jsonio::append_member(out, "access", std::string_view(opened.tokens.access));
    jsonio::append_raw_member(out, "user", user_json(proven.account, clock_.now()));
    jsonio::append_member(out, "session_id", opened.session);
    co_return json_response(200, out + "}");
}

async::awaitable<http::response> token_pair_routes::refresh(http::request&, call& c) {
    form f(c.body);
    const auto token = read_refresh(f);
    if (!f.ok()) co_return invalid(f.errors());
    const auto claimed = tokens_.read(token, token_kind::refresh);
    if (!claimed) co_return bad_refresh();
    const auto rotated = co_await refreshes_.rotate(*claimed, c.deadline);
    switch (rotated.verdict) {
    case refresh_verdict::good:
    case refresh_verdict::again: break;
    case refresh_verdict::reused:
    case refresh_verdict::revoked: co_return revoked_token();
    case refresh_verdict::refused: co_return bad_refresh();
    }
    std::string out = "{";
    jsonio::append_member(out, "access", std::string_view(rotated.tokens.access));
    jsonio::append_member(out, "refresh", std::string_view(rotated.tokens.refresh));
    co_return json_response(200, out + "}");
}

async::awaitable<http::response> token_pair_routes::log_out(http::request&, call& c) {
    form f(c.body);
    const auto token = read_refresh(f);
    if (!f.ok()) co_return invalid(f.errors());
    const auto claimed = tokens_.read(token, token_kind::refresh);
    if (!claimed) co_return bad_refresh();
    // A token that a rotation replaced ends its session too: that is what its owner wants, and what becomes
    // of one that was stolen.
    auto revoke = [account = claimed->account, session = claimed->session](pg::transaction& t) {
        return store::revoke_login_session(t, account, session);
    };
    const auto revoked = co_await database_.run(std::move(revoke), c.deadline);
    if (!revoked) co_return revoked_token();
    revocations_.add(revoked->id, revoked->expires_at);
    co_return json_response(
        200, R"({"message":"Logout successful","detail":"Session revoked and tokens blacklisted"})");
}

} // namespace voltlane::api
