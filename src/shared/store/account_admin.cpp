#include "shared/store/account_admin.hpp"

#include "shared/store/id_tag_directory.hpp"
#include "shared/store/invitations.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/user_types.hpp"
#include "shared/store/visible.hpp"

namespace voltlane::store {
namespace {

#define ADMIN_COLUMNS                                                                                        \
    "a.id, a.tenant_id, a.username, a.email, a.first_name, a.last_name, a.user_type, a.role, a.is_active, "  \
    "a.email_verified, a.is_approved, a.expires_at, a.parent_id, a.date_joined"
#define MAY_LOG_IN "a.is_active and a.email_verified and a.is_approved"

constexpr pg::statement visible{"account_admin.visible",
                                "select " ADMIN_COLUMNS " from accounts a where a.id = $1 "
                                "and (a.id = $2 or a.tenant_id = $3)"};
// Not `for update`: rows that refer to the tenant (sessions, charge points) go on being written.
constexpr pg::statement lock_tenant{"account_admin.lock_tenant",
                                    "select founder from tenants where id = $1 for no key update"};
constexpr pg::statement still_admin{
    "account_admin.still_admin",
    "select exists (select from accounts a where a.id = $1 and a.tenant_id = $2 and a.role = 'super_admin' "
    "and " MAY_LOG_IN " and (a.expires_at is null or a.expires_at > now()))"};
constexpr pg::statement change{
    "account_admin.change",
    "update accounts set is_active = coalesce($2, is_active), role = coalesce($3, role), "
    "user_type = case when $4 then $5 else user_type end, "
    "expires_at = case when $6 then $7::timestamptz else expires_at end where id = $1"};

account read(const pg::row& r, int i) {
    const auto next = [&] {
        return r[i++];
    };
    account a;
    a.id = pg::get<account_id>(next());
    a.tenant = pg::opt<tenant_id>(next());
    a.username = pg::get<std::string>(next());
    a.email = pg::get<std::string>(next());
    a.first_name = pg::get<std::string>(next());
    a.last_name = pg::get<std::string>(next());
    a.user_type = pg::opt<std::string>(next());
    a.role = domain::parse_role(pg::view(next())).value_or(domain::role::user);
    a.is_active = pg::get<bool>(next());
    a.email_verified = pg::get<bool>(next());
    a.is_approved = pg::get<bool>(next());
    a.expires_at = pg::opt<timestamp>(next());
    a.parent = pg::opt<account_id>(next());
    a.date_joined = pg::get<timestamp>(next());
    return a;
}

std::string condition(tenant_id tenant, const account_filter& f, std::vector<pg::parameter>& parameters) {
    std::string sql = "a.tenant_id = " + next_parameter(parameters, tenant);
    if (!f.text.empty()) {
        const auto text = next_parameter(parameters, f.text);
        sql += " and strpos(lower(concat_ws(' ', a.username, a.email, a.first_name, a.last_name)), lower(" +
               text + ")) > 0";
    }
    if (f.role) sql += " and a.role = " + next_parameter(parameters, domain::to_string(*f.role));
    if (f.active) sql += *f.active ? " and " MAY_LOG_IN : " and not (" MAY_LOG_IN ")";
    return sql;
}

} // namespace

account_page list_accounts(pg::transaction& t, tenant_id tenant, const account_filter& filter,
                           std::int64_t limit, std::int64_t offset, bool counted) {
    std::vector<pg::parameter> parameters;
    const std::string where = condition(tenant, filter, parameters);
    const std::string page = "select a.* from accounts a where " + where + " order by a.id limit " +
                             next_parameter(parameters, limit) + " offset " +
                             next_parameter(parameters, offset);
    const std::string count =
        counted ? "select count(*) as n from accounts a where " + where : "select 0::bigint as n";
    const auto rows =
        t.exec_composed("with p as (" + page + "), n as (" + count +
                            ") select n.n, " ADMIN_COLUMNS " from n left join p a on true order by a.id",
                        parameters);
    account_page result;
    for (const auto& r : rows) {
        result.count = pg::get<std::int64_t>(r[0]);
        if (!r[1].is_null()) result.rows.push_back(read(r, 1));
    }
    return result;
}

std::optional<account> find_visible_account(pg::transaction& t, const domain::caller& who, account_id id) {
    const auto tenant = who.role == domain::role::super_admin ? who.tenant : std::nullopt;
    const auto rows = t.exec(visible, {id, who.account, tenant});
    return rows.empty() ? std::nullopt : std::optional(read(rows[0], 0));
}

member_lock lock_members(pg::transaction& t, const domain::caller& who) {
    member_lock lock;
    if (!who.tenant) return lock;
    const auto rows = t.exec(lock_tenant, {*who.tenant});
    if (rows.empty()) return lock;
    lock.founder = pg::opt<account_id>(rows[0][0]);
    lock.allowed = pg::get<bool>(t.exec(still_admin, {who.account, *who.tenant})[0][0]);
    return lock;
}

bool is_declared_type(pg::transaction& t, std::string_view name) {
    return hold_user_type(t, name);
}

std::vector<revoked_session> change_account(pg::transaction& t, const account& before,
                                            const domain::account_change& c, timestamp now) {
    const domain::account_standing standing{
        before.id, false, before.is_active, before.role, before.user_type, before.expires_at};
    const bool tags = domain::touches_tags(standing, c);
    if (tags) lock_account_tags(t, before.id);
    std::optional<std::string_view> role;
    if (c.role) role = domain::to_string(*c.role);
    const auto inner = [](const auto& o) {
        return o ? *o : std::decay_t<decltype(*o)>();
    };
    t.exec(change, {before.id, c.active, role, c.user_type.has_value(), inner(c.user_type),
                    c.expires_at.has_value(), inner(c.expires_at)});
    if (tags) requeue_account_tags(t, before.id);
    const bool invites =
        c.active.value_or(before.is_active) && c.role.value_or(before.role) == domain::role::super_admin;
    if (!invites && before.tenant) revoke_invitations_of(t, *before.tenant, before.id);
    std::vector<revoked_session> revoked;
    if (domain::ends_login_sessions(standing, c, now)) {
        revoked = revoke_all_login_sessions(t, before.id);
        queue_integrations(t, before.tenant, before.id);
    }
    return revoked;
}

} // namespace voltlane::store
