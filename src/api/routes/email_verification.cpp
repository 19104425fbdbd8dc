#include "api/routes/email_verification.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/routes/account_making.hpp"
#include "api/user_types/declarations.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/registrations.hpp"
#include "shared/store/reset_requests.hpp"
#include "shared/store/tenants.hpp"

namespace voltlane::api {
namespace {

constexpr std::string_view verified_body = R"({"detail":"E-mail verified"})";
constexpr std::string_view resent_body = R"({"detail":"Verification e-mail sent"})";

void found_own_tenant(pg::transaction& t, store::account& a) {
    a.tenant = found_tenant(t, a.username);
    store::set_founder(t, *a.tenant, a.id);
    store::set_tenant(t, a.id, *a.tenant);
}

void ask_parent(pg::transaction& t, const store::account& a) {
    const auto parent = store::find_account(t, *a.parent);
    if (!parent) return;
    store::queue_mail(t, events::notification::approval_requested, parent->tenant, parent->id,
                      {{"applicant", a.id()}});
}

} // namespace

bool verify_email(pg::transaction& t, const mailed_link& link) {
    if (!store::use_one_time_token(t, store::token_purpose::verify_email, link.token_hash, link.account()))
        return false;
    auto a = store::lock_account(t, link.account);
    if (!a) return false;
    if (a->email_verified) return true;
    store::set_email_verified(t, a->id);
    if (a->user_type == customer_type && !a->tenant) found_own_tenant(t, *a);
    if (a->user_type == customer_user_type && a->parent) {
        if (const auto joined = store::join_parents_tenant(t, a->id)) a->tenant = joined;
        if (!a->is_approved && !a->refused_at) ask_parent(t, *a);
    }
    store::queue_integrations(t, a->tenant, a->id);
    return true;
}

void email_verification_routes::add_to(router& table) {
    const auto follow = [this](http::request& r, call& c) {
        return follow_link(r, c);
    };
    constexpr auto open = http::access::open;
    table.add({"GET", "/api/auth/verify-email/<uid>/<token>/", open, "accounts", follow});
    table.add({"POST", "/api/auth/verify-email/<uid>/<token>/", open, "accounts", follow});
    table.add({"POST", "/api/auth/verify-email/", open, "accounts", [this](http::request& r, call& c) {
                   return post_link(r, c);
               }});
    table.add({"POST", "/api/auth/verify-email/resend/", open, "accounts", [this](http::request& r, call& c) {
                   return resend(r, c);
               }});
}

async::awaitable<http::response> email_verification_routes::verify(std::optional<mailed_link> link,
                                                                   bool only_look, call& c) {
    bool good = false;
    if (link) {
        auto work = [l = std::move(*link), only_look](pg::transaction& t) {
            if (!only_look) return verify_email(t, l);
            return store::has_one_time_token(t, store::token_purpose::verify_email, l.token_hash,
                                             l.account());
        };
        good = co_await database_.run(std::move(work), c.deadline);
    }
    if (!good) co_return invalid("token", bad_link);
    co_return json_response(200, std::string(verified_body));
}

// A HEAD, which mail programs' link checkers send, only looks whether the link is good.
async::awaitable<http::response> email_verification_routes::follow_link(http::request& r, call& c) {
    return verify(read_mailed_link(r.parameters[0], r.parameters[1]), r.method == "HEAD", c);
}

async::awaitable<http::response> email_verification_routes::post_link(http::request&, call& c) {
    form f(c.body);
    const auto uid = f.text("uid", {.required = true});
    const auto token = f.text("token", {.required = true});
    if (!f.ok()) co_return invalid(f.errors());
    co_return co_await verify(read_mailed_link(uid, token), false, c);
}

async::awaitable<http::response> email_verification_routes::resend(http::request&, call& c) {
    form f(c.body);
    auto email = f.text("email", {.required = true, .most = 254});
    if (f.ok() && !is_email(email)) f.fail("email", "Enter a valid email address.");
    if (!f.ok()) co_return invalid(f.errors());
    auto work = [e = std::move(email)](pg::transaction& t) {
        store::request_verification(t, e);
    };
    co_await database_.run(std::move(work), c.deadline);
    co_return json_response(200, std::string(resent_body));
}

} // namespace voltlane::api
