#include "api/routes/invitations.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/paging.hpp"
#include "api/routes/user_json.hpp"
#include "api/routes/users.hpp"
#include "api/user_types/declarations.hpp"
#include "shared/base/text.hpp"
#include "shared/store/account_admin.hpp"
#include "shared/store/invitations.hpp"
#include "shared/store/members.hpp"

#include <boost/system/system_error.hpp>

namespace voltlane::api {
namespace {

constexpr std::string_view not_for_you = "This invitation was sent to another e-mail address.";
constexpr std::string_view member_here = "This user is a member already.";
constexpr std::string_view member_of_one = "This account is a member of a tenant already.";
constexpr std::string_view too_many_open = "Too many invitations are open; take some back first.";
constexpr std::string_view too_many_today =
    "Too many invitations were sent within a day; try again tomorrow.";
constexpr std::string_view administers_one = "An administrator cannot become a member.";

std::string invitation_json(const store::invitation& i, timestamp now) {
    std::string out = "{";
    jsonio::append_member(out, "id", i.id);
    jsonio::append_member(out, "email", std::string_view(i.email));
    jsonio::append_member(out, "invited_by", std::string_view(i.invited_by));
    jsonio::append_member(out, "created_at", std::string_view(format_seconds(i.created_at)));
    jsonio::append_member(out, "expires_at", std::string_view(format_seconds(i.expires_at)));
    jsonio::append_member(out, "expired", i.expires_at <= now);
    return out + "}";
}

http::response accepted(unsigned status, const store::account& a, timestamp now) {
    std::string out = "{";
    jsonio::append_member(out, "detail", "Invitation accepted");
    append_or_null(out, "tenant_id", a.tenant ? std::optional((*a.tenant)()) : std::nullopt);
    jsonio::append_raw_member(out, "user", user_json(a, now));
    return json_response(status, out + "}");
}

// A row of the account that is being made a member, as it is afterwards.
std::optional<store::account> own_row(pg::transaction& t, account_id id) {
    return store::find_visible_account(t, {id, std::nullopt, domain::role::user}, id);
}

} // namespace

void invitation_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string pattern, http::access needs, auto handler) {
        table.add({std::move(method), std::move(pattern), needs, "members", std::move(handler)});
    };
    add("GET", "/api/members/invitations/", http::access::administrator,
        [this](http::request& r, call& c) { return list(r, c); });
    add("POST", "/api/members/invitations/", http::access::administrator,
        [this](http::request& r, call& c) { return invite(r, c); });
    add("DELETE", "/api/members/invitations/<id>/", http::access::administrator,
        [this](http::request& r, call& c) { return revoke(r, c); });
    add("POST", "/api/auth/invitations/accept/", http::access::open,
        [this](http::request& r, call& c) { return accept(r, c); });
}

void invitation_routes::revoke_all(const std::vector<store::revoked_session>& sessions) {
    for (const auto& s : sessions)
        revocations_.add(s.id, s.expires_at);
}

async::awaitable<http::response> invitation_routes::list(http::request& r, call& c) {
    const auto p = read_page(r);
    auto work = [tenant = *c.who.caller.tenant, p](pg::transaction& t) {
        return store::list_invitations(t, tenant, p.limit, p.offset);
    };
    const auto page = co_await database_.read(std::move(work), c.deadline);
    const auto now = clock_.now();
    std::string out = "[";
    for (const auto& i : page.rows)
        append_element(out, invitation_json(i, now));
    out += "]";
    co_return json_response(200, p.wrapped ? wrap_page(r, p, page.count, out) : out);
}

// Whether the e-mail is a member elsewhere is not looked at: the inviter learns nothing about other tenants,
// the guest is told when it accepts.
async::awaitable<http::response> invitation_routes::invite(http::request&, call& c) {
    form f(c.body);
    const auto email = f.text("email", {.required = true, .most = 254});
    if (f.ok() && !is_email(email)) f.fail("email", "Enter a valid email address.");
    if (!f.ok()) co_return invalid(f.errors());
    struct outcome {
        bool member = false;
        std::string_view full;
        std::optional<store::invited> made;
    };
    const auto now = clock_.now();
    auto work = [who = c.who.caller, email, until = now + life](pg::transaction& t) {
        outcome o;
        const auto tenant = *who.tenant;
        o.member = store::is_member(t, tenant, email);
        if (o.member) return o;
        if (store::count_other_invitations(t, tenant, email) >= most_open) {
            o.full = too_many_open;
        } else if (store::count_invitation_mails(t, tenant) >= most_mails_a_day) {
            o.full = too_many_today;
        }
        if (o.full.empty()) o.made = store::invite(t, tenant, email, who.account, until);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (o.member) co_return invalid("email", member_here);
    if (!o.full.empty()) co_return invalid(non_field, o.full);
    co_return json_response(o.made->created ? 201 : 200, invitation_json(o.made->row, now));
}

async::awaitable<http::response> invitation_routes::revoke(http::request& r, call& c) {
    auto work = [tenant = *c.who.caller.tenant, id = id_of(r)](pg::transaction& t) {
        return store::revoke_invitation(t, tenant, id);
    };
    const bool gone = co_await database_.run(std::move(work), c.deadline);
    co_return gone ? json_response(204, {}) : not_found();
}

// With an access token the account that calls becomes a member; with the fields of a new account (whatever
// token a client may send along) that one.
async::awaitable<http::response> invitation_routes::accept(http::request& r, call& c) {
    form f(c.body);
    const auto uid = f.text("uid", {.required = true});
    const auto token = f.text("token", {.required = true});
    if (!f.ok()) co_return invalid(f.errors());
    auto link = read_mailed_link(uid, token);
    if (!link) co_return invalid("token", bad_link);
    const bool anew = f.has("username") || f.has("password") || r.header("authorization").empty();
    if (anew) co_return co_await accept_anew(std::move(*link), c);
    auto who = co_await authenticator_.authenticate(r, c.deadline);
    if (auto* refused = std::get_if<http::response>(&who)) co_return std::move(*refused);
    co_return co_await accept_as(std::get<identity>(who).caller.account, std::move(*link), c.deadline);
}

async::awaitable<http::response> invitation_routes::accept_as(account_id account, mailed_link link,
                                                              async::steady_point deadline) {
    struct outcome {
        std::string_view field, wrong;
        std::optional<store::account> account;
        std::vector<store::revoked_session> revoked;
    };
    auto work = [account, id = link.account(), hash = link.token_hash](pg::transaction& t) {
        outcome o;
        o.account = own_row(t, account);
        const auto invitation = store::find_invitation(t, id, hash);
        if (!invitation || !o.account) {
            o.field = "token", o.wrong = bad_link;
            return o;
        }
        o.field = non_field;
        if (!iequals(invitation->email, o.account->email)) {
            o.wrong = not_for_you;
        } else if (o.account->tenant) {
            o.wrong = o.account->tenant == invitation->tenant ? member_here : member_of_one;
        } else if (o.account->role != domain::role::user) {
            o.wrong = administers_one;
        }
        if (!o.wrong.empty()) return o;
        std::optional<std::vector<store::revoked_session>> revoked;
        if (store::accept_invitation(t, id, hash)) {
            store::close_invitation(t, id, account);
            revoked = store::join_tenant(t, account, invitation->tenant, invitation->founder);
        }
        if (!revoked)
            throw boost::system::system_error(make_error_code(errc::conflict)); // somebody was quicker
        o.revoked = std::move(*revoked);
        o.account = own_row(t, account);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), deadline);
    if (!o.wrong.empty()) co_return invalid(o.field, o.wrong);
    revoke_all(o.revoked);
    co_return accepted(200, *o.account, clock_.now());
}

async::awaitable<http::response> invitation_routes::accept_anew(mailed_link link, call& c) {
    auto look = [id = link.account(), hash = link.token_hash](pg::transaction& t) {
        return store::find_invitation(t, id, hash);
    };
    const auto invitation = co_await database_.read(look, c.deadline);
    if (!invitation) co_return invalid("token", bad_link);

    form f(c.body);
    store::new_account a;
    a.email = invitation->email;
    a.username = read_username(f);
    a.first_name = f.text("first_name", name_rule);
    a.last_name = f.text("last_name", name_rule);
    auto password = read_password(f, a, "confirm_password");
    if (!f.ok()) co_return invalid(f.errors());
    a.user_type = customer_user_type;

    auto check = [look](pg::transaction& t, const store::new_account&, field_messages& wrong) {
        if (!look(t)) wrong["token"].emplace_back(bad_link);
    };
    auto insert = [id = link.account(), hash = link.token_hash](pg::transaction& t, store::new_account made) {
        const auto found = store::accept_invitation(t, id, hash);
        if (!found)
            throw boost::system::system_error(make_error_code(errc::conflict)); // somebody was quicker
        const auto account = store::insert_account(t, made);
        store::close_invitation(t, id, account);
        store::join_tenant(t, account, found->tenant, found->founder);
        return account;
    };
    auto made = co_await maker_.make(std::move(a), std::move(password), std::move(check), std::move(insert),
                                     c.client, c.deadline);
    if (auto* refused = std::get_if<http::response>(&made)) co_return std::move(*refused);
    co_return accepted(201, std::get<store::account>(made), clock_.now());
}

} // namespace voltlane::api
