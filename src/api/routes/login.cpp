#include "api/routes/login.hpp"

#include "api/conventions.hpp"
#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/account_json.hpp"
#include "api/routes/user_agent.hpp"
#include "shared/http/limits.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/login_sessions.hpp"

namespace voltlane::api {
namespace {

http::response wrong_credentials() {
    return json_response(401,
                         R"({"detail":"No active account found with the given credentials",)"
                         R"("error":"Invalid credentials","success":false,"message":"Invalid credentials",)"
                         R"("errors":{"non_field_errors":["Invalid username or password"]}})");
}

// The refresh token of a request, and under which of its two names it came.
struct sent_token {
    std::string text;
    bool short_name = true; // "refresh"
};
sent_token refresh_of(const json_input& body) {
    // No bound of its own: what is too long for a token is a bad one, not a missing one.
    constexpr form::text_rule any{.may_be_null = true, .most = http::max_body_bytes};
    form quiet(body);
    auto text = quiet.optional_text("refresh", any).value.value_or("");
    if (!text.empty()) return {std::move(text), true};
    text = quiet.optional_text("refresh_token", any).value.value_or("");
    return {std::move(text), quiet.has("refresh") || !quiet.has("refresh_token")};
}

http::response bad_refresh() {
    return json_response(401, R"({"detail":"Token is invalid or expired","code":"token_not_valid",)"
                              R"("success":false,"message":"Invalid refresh token"})");
}

http::response logout_failed(std::string_view message) {
    return json_response(400, R"({"refresh":[")" + std::string(message) +
                                  R"("],"success":false,"message":"Logout failed"})");
}

http::response refused(const login_refusal& no) {
    switch (no.why) {
    case login_refusal::reason::throttled: return throttled(no.wait);
    case login_refusal::reason::barred: return json_response(403, bar_json(no.bar));
    case login_refusal::reason::already_open: // not of these sessions
    case login_refusal::reason::wrong: break;
    }
    return wrong_credentials();
}

std::string login_answer(const store::account& a, const declarations& d, const token_pair& t) {
    std::string out = "{";
    jsonio::append_member(out, "refresh", std::string_view(t.refresh));
    jsonio::append_member(out, "access", std::string_view(t.access));
    jsonio::append_member(out, "role", domain::to_string(a.role));
    jsonio::append_member(out, "success", true);
    jsonio::append_member(out, "message", "Login successful");
    jsonio::append_member(out, "access_token", std::string_view(t.access));
    jsonio::append_member(out, "refresh_token", std::string_view(t.refresh));
    jsonio::append_raw_member(out, "user", profile_json(a, d));
    return out + "}";
}

} // namespace

void login_routes::add_to(router& table) {
    const auto post = [&table](std::string pattern, http::access needs, auto handler) {
        table.add({"POST", std::move(pattern), needs, "accounts", std::move(handler)});
    };
    post("/api/auth/login/", http::access::open, [this](http::request& r, call& c) { return log_in(r, c); });
    post("/api/auth/refresh/", http::access::open,
         [this](http::request& r, call& c) { return refresh(r, c); });
    post("/api/auth/token/refresh/", http::access::open,
         [this](http::request& r, call& c) { return refresh(r, c); });
    post("/api/auth/token/verify/", http::access::open,
         [this](http::request& r, call& c) { return verify(r, c); });
    post("/api/auth/logout/", http::access::account,
         [this](http::request& r, call& c) { return log_out(r, c); });
}

async::awaitable<http::response> login_routes::log_in(http::request& r, call& c) {
    form f(c.body);
    auto username = f.text("username", {.required = true, .most = 254});
    auto password = f.text("password", {.required = true, .trimmed = false, .most = 1000});
    if (!f.ok()) co_return invalid(f.errors());

    const auto found = co_await logins_.prove(std::move(username), std::move(password), c.client, c.deadline);
    if (const auto* no = std::get_if<login_refusal>(&found)) co_return refused(*no);
    const auto& proven = std::get<proven_login>(found);
    store::new_login_session session;
    session.ip_address = c.client;
    session.user_agent = kept_user_agent(r);
    const auto opened = co_await logins_.open(proven, std::move(session), c.deadline);
    if (const auto* no = std::get_if<login_refusal>(&opened)) co_return refused(*no);
    const auto& tokens = std::get<logins::opened>(opened).tokens;
    co_return json_response(200, login_answer(proven.account, *types_.snapshot(), tokens));
}

async::awaitable<http::response> login_routes::refresh(http::request&, call& c) {
    const auto sent = refresh_of(c.body);
    if (sent.text.empty())
        co_return json_response(400, R"({"success":false,"message":"Refresh token required",)"
                                     R"("refresh":["This field is required."]})");
    const auto claimed = tokens_.read(sent.text, token_kind::refresh);
    if (!claimed) co_return bad_refresh();
    const auto verdict = co_await refreshes_.use(*claimed, c.deadline);
    if (verdict != refresh_verdict::good) co_return bad_refresh();
    activity_.note(claimed->session);
    const auto access = tokens_.access(claimed->account, claimed->session);
    std::string out = "{";
    jsonio::append_member(out, "success", true);
    jsonio::append_member(out, "access", std::string_view(access));
    jsonio::append_member(out, "access_token", std::string_view(access));
    co_return json_response(200, out + "}");
}

async::awaitable<http::response> login_routes::verify(http::request&, call& c) {
    form f(c.body);
    const auto token = f.text("token", {.required = true, .most = 10'000});
    if (!f.ok()) co_return invalid(f.errors());
    const auto claimed = tokens_.read(token);
    bool good = false;
    if (claimed && claimed->kind == token_kind::access) {
        good = (co_await authenticator_.check(*claimed, c.deadline)).has_value();
    } else if (claimed) {
        good = co_await refreshes_.judge(*claimed, c.deadline) == refresh_verdict::good;
    }
    if (!good)
        co_return json_response(401, R"({"detail":"Token is invalid or expired","code":"token_not_valid"})");
    co_return json_response(200, "{}");
}

async::awaitable<http::response> login_routes::log_out(http::request&, call& c) {
    const auto sent = refresh_of(c.body);
    if (sent.text.empty()) co_return logout_failed("This field is required.");
    const auto claimed = tokens_.read(sent.text, token_kind::refresh);
    if (!claimed || claimed->account != c.who.caller.account)
        co_return logout_failed("Token is invalid or expired");

    // The refresh token's login session, and that of the access token in use, which is the same one as a
    // rule.
    auto revoke = [account = claimed->account, first = claimed->session,
                   second = c.who.session](pg::transaction& t) {
        const bool done = store::revoke_login_session(t, account, first).has_value();
        if (second != first) store::revoke_login_session(t, account, second);
        return done;
    };
    const bool revoked = co_await database_.run(std::move(revoke), c.deadline);
    const auto until = tokens_.refresh_expiry();
    revocations_.add(claimed->session, until);
    revocations_.add(c.who.session, until);
    if (!revoked) co_return logout_failed("Token is invalid or expired");
    const std::string_view message = sent.short_name ? "Successfully logged out" : "Logout successful";
    std::string out = "{";
    jsonio::append_member(out, "detail", "Logout successful");
    jsonio::append_member(out, "success", true);
    jsonio::append_member(out, "message", message);
    co_return json_response(200, out + "}");
}

} // namespace voltlane::api
