#include "api/routes/login.hpp"

#include "api/conventions.hpp"
#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/account_json.hpp"
#include "shared/http/limits.hpp"
#include "shared/ocpp/utf8.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/login_sessions.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::seconds retry_login{2};
constexpr std::size_t most_user_agent = 300; // characters kept of it

http::response wrong_credentials() {
    return json_response(401,
                         R"({"detail":"No active account found with the given credentials",)"
                         R"("error":"Invalid credentials","success":false,"message":"Invalid credentials",)"
                         R"("errors":{"non_field_errors":["Invalid username or password"]}})");
}

// Why an account with the right password may not log in; empty: it may.
std::string_view barred(const store::account& a, timestamp now) {
    if (!a.is_active) return "Account deactivated";
    if (a.expires_at && *a.expires_at <= now) return "Account expired";
    if (!a.email_verified) return "E-mail not verified";
    if (!a.is_approved) return "Account not approved";
    return {};
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

std::string login_answer(const store::account& a, const std::string& access, const std::string& refresh) {
    std::string out = "{";
    jsonio::append_member(out, "refresh", std::string_view(refresh));
    jsonio::append_member(out, "access", std::string_view(access));
    jsonio::append_member(out, "role", domain::to_string(a.role));
    jsonio::append_member(out, "success", true);
    jsonio::append_member(out, "message", "Login successful");
    jsonio::append_member(out, "access_token", std::string_view(access));
    jsonio::append_member(out, "refresh_token", std::string_view(refresh));
    jsonio::append_raw_member(out, "user", profile_json(a));
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

    auto look = [u = username](pg::transaction& t) {
        return store::find_account_by_login(t, u);
    };
    const auto account = co_await database_.read(std::move(look), c.deadline);
    auto stored = account ? account->password_hash : std::string();
    if (const auto barred_for = guard_.begin(username)) {
        metrics_.logins_throttled.Increment();
        co_return throttled(*barred_for);
    }
    auto place = guard_.enter(client_address(r));
    result<bool> fits(boost::system::in_place_error, make_error_code(errc::overloaded));
    if (place) fits = co_await passwords_.matches(std::move(stored), std::move(password), c.deadline);
    place.reset();
    if (!fits || *fits) guard_.take_back(username);
    if (!fits) {
        metrics_.logins_throttled.Increment();
        co_return throttled(retry_login);
    }
    if (!*fits) {
        metrics_.logins_refused.Increment();
        co_return wrong_credentials();
    }
    const auto now = system_clock().now();
    if (const auto why = barred(*account, now); !why.empty()) co_return detail_response(403, why);

    store::new_login_session session;
    session.account = account->id;
    session.ip_address = r.peer;
    // A header may hold any bytes, a column of text only UTF-8.
    const auto agent = ocpp::to_utf8(r.header("user-agent"));
    session.user_agent = std::string(ocpp::cut_characters(agent, most_user_agent));
    session.expires_at = tokens_.refresh_expiry();
    auto open = [s = std::move(session)](pg::transaction& t) {
        return store::insert_login_session(t, s);
    };
    const auto id = co_await database_.run(std::move(open), c.deadline);
    metrics_.logins.Increment();
    co_return json_response(200, login_answer(*account, tokens_.issue(token_kind::access, account->id, id),
                                              tokens_.issue(token_kind::refresh, account->id, id)));
}

async::awaitable<http::response> login_routes::refresh(http::request&, call& c) {
    const auto sent = refresh_of(c.body);
    if (sent.text.empty())
        co_return json_response(400, R"({"success":false,"message":"Refresh token required",)"
                                     R"("refresh":["This field is required."]})");
    const auto claimed = tokens_.read(sent.text, token_kind::refresh);
    if (!claimed) co_return bad_refresh();
    const auto who = co_await authenticator_.check(*claimed, c.deadline);
    if (!who) co_return bad_refresh();
    const auto access = tokens_.issue(token_kind::access, claimed->account, claimed->session);
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
    bool good = claimed.has_value();
    if (good) good = (co_await authenticator_.check(*claimed, c.deadline)).has_value();
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
        const bool done = store::revoke_login_session(t, account, first);
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
