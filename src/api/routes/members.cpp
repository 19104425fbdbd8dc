#include "api/routes/members.hpp"

#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "api/paging.hpp"
#include "api/routes/user_json.hpp"
#include "api/routes/users.hpp"
#include "shared/domain/account_rules.hpp"
#include "shared/store/account_admin.hpp"
#include "shared/store/members.hpp"

namespace voltlane::api {

void member_routes::add_to(router& table) {
    table.add(
        {"GET", "/api/members/", http::access::administrator, "members", [this](http::request& r, call& c) {
             return list(r, c);
         }});
    table.add({"DELETE", "/api/members/<id>/", http::access::administrator, "members",
               [this](http::request& r, call& c) {
                   return remove(r, c);
               }});
}

async::awaitable<http::response> member_routes::list(http::request& r, call& c) {
    const auto p = read_page(r);
    auto work = [tenant = *c.who.caller.tenant, p](pg::transaction& t) {
        return store::list_accounts(t, tenant, {}, p.limit, p.offset, p.wrapped);
    };
    const auto page = co_await database_.read(std::move(work), c.deadline);
    const auto now = clock_.now();
    std::string out = "[";
    for (const auto& a : page.rows)
        append_element(out, user_json(a, now));
    out += "]";
    co_return json_response(200, p.wrapped ? wrap_page(r, p, page.count, out) : out);
}

async::awaitable<http::response> member_routes::remove(http::request& r, call& c) {
    struct outcome {
        bool found = false;
        std::optional<domain::change_refusal> refused;
        std::vector<store::revoked_session> revoked;
    };
    auto work = [who = c.who.caller, id = account_id(id_of(r))](pg::transaction& t) {
        outcome o;
        const auto lock = store::lock_members(t, who);
        const auto account = lock.allowed ? store::find_visible_account(t, who, id) : std::nullopt;
        o.found = account && account->tenant == who.tenant;
        if (!o.found) return o;
        o.refused = domain::refuse_removal(who.account, {account->id, lock.founder == account->id});
        if (o.refused) return o;
        auto revoked = store::leave_tenant(t, id, *who.tenant);
        o.found = revoked.has_value();
        if (revoked) o.revoked = std::move(*revoked);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.found) co_return not_found();
    if (o.refused) co_return invalid(o.refused->field, o.refused->message);
    for (const auto& s : o.revoked)
        revocations_.add(s.id, s.expires_at);
    co_return json_response(204, {});
}

} // namespace voltlane::api
