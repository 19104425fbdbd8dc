#include "api/routes/password_reset.hpp"

#include "api/auth/mailed_link.hpp"
#include "api/errors.hpp"
#include "api/form.hpp"
#include "shared/base/password_rules.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/login_sessions.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/registrations.hpp"
#include "shared/store/reset_requests.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::seconds retry_hash{2};
constexpr auto reset = store::token_purpose::password_reset;

// Whose link it is, as long as it is good and the account is not deactivated.
std::optional<store::account> owner_of(pg::transaction& t, const mailed_link& link) {
    if (!store::has_one_time_token(t, reset, link.token_hash, link.account())) return std::nullopt;
    auto a = store::find_account(t, link.account);
    return a && a->is_active ? std::move(a) : std::nullopt;
}

// What was revoked; nullopt: somebody else used the link meanwhile.
std::optional<std::vector<store::revoked_session>>
change_password(pg::transaction& t, const mailed_link& link, std::string_view hash) {
    if (!store::use_one_time_token(t, reset, link.token_hash, link.account())) return std::nullopt;
    const auto a = store::lock_account(t, link.account);
    if (!a || !a->is_active) return std::nullopt;
    store::set_password(t, a->id, hash);
    auto revoked = store::revoke_all_login_sessions(t, a->id);
    store::queue_mail(t, events::notification::password_changed, a->tenant, a->id);
    return revoked;
}

} // namespace

void password_reset_routes::add_to(router& table) {
    constexpr auto open = http::access::open;
    table.add({"POST", "/api/auth/password/reset/", open, "accounts", [this](http::request& r, call& c) {
                   return ask(r, c);
               }});
    table.add(
        {"POST", "/api/auth/password/reset/confirm/", open, "accounts", [this](http::request& r, call& c) {
             return confirm(r, c);
         }});
}

// Never looks whose e-mail it is: the mail's sender does, so that answer and work are the same for all.
async::awaitable<http::response> password_reset_routes::ask(http::request&, call& c) {
    form f(c.body);
    auto email = f.text("email", {.required = true, .most = 254});
    if (f.ok() && !is_email(email)) f.fail("email", "Enter a valid email address.");
    if (!f.ok()) co_return invalid(f.errors());
    auto work = [e = std::move(email)](pg::transaction& t) {
        store::request_password_reset(t, e);
    };
    co_await database_.run(std::move(work), c.deadline);
    co_return json_response(200, R"({"detail":"Password reset e-mail sent"})");
}

// The link is looked at first and used up last, in the transaction that changes the password: a weak password
// costs the user another try, not another mail.
async::awaitable<http::response> password_reset_routes::confirm(http::request&, call& c) {
    form f(c.body);
    const auto uid = f.text("uid", {.required = true});
    const auto token = f.text("token", {.required = true});
    auto password = f.text("new_password", {.required = true, .trimmed = false, .most = 1000});
    if (!f.ok()) co_return invalid(f.errors());
    const auto link = read_mailed_link(uid, token);
    if (!link) co_return invalid("token", bad_link);

    auto look = [l = *link](pg::transaction& t) {
        return owner_of(t, l);
    };
    const auto owner = co_await database_.run(std::move(look), c.deadline);
    if (!owner) co_return invalid("token", bad_link);
    const password_owner names{owner->username, owner->first_name, owner->last_name, owner->email};
    for (const auto& fault : password_faults(password, names))
        f.fail("new_password", fault);
    if (!f.ok()) co_return invalid(f.errors());

    auto place = co_await guard_.wait_for_place(c.client, c.deadline);
    result<std::string> hash(boost::system::in_place_error, make_error_code(errc::overloaded));
    if (place) hash = co_await passwords_.hash(std::move(password), c.deadline);
    place.reset();
    if (!hash) {
        metrics_.logins_throttled.Increment();
        co_return throttled(retry_hash);
    }
    auto work = [l = *link, h = std::move(*hash)](pg::transaction& t) {
        return change_password(t, l, h);
    };
    const auto revoked = co_await database_.run(std::move(work), c.deadline);
    if (!revoked) co_return invalid("token", bad_link);
    revocations_.add(*revoked);
    co_return json_response(200, R"({"detail":"Password has been reset"})");
}

} // namespace voltlane::api
