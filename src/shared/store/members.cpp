#include "shared/store/members.hpp"

#include "shared/store/id_tag_directory.hpp"
#include "shared/store/invitations.hpp"
#include "shared/store/notifications.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement member{
    "members.is_member",
    "select exists (select from accounts where tenant_id = $1 and lower(email) = lower($2))"};
constexpr pg::statement join{
    "members.join",
    "update accounts set tenant_id = $2, role = 'user', user_type = 'CUSTOMER_USER', parent_id = $3, "
    "email_verified = true, is_approved = true, approved_at = coalesce(approved_at, now()), "
    "refused_at = null, refusal_reason = '' where id = $1 and tenant_id is null"};
constexpr pg::statement leave{"members.leave",
                              "update accounts set tenant_id = null, role = 'user', parent_id = null "
                              "where id = $1 and tenant_id = $2"};
constexpr pg::statement end_prices{
    "members.end_prices",
    "update prices set valid_to = clock_timestamp() where account_id = $1 and valid_to is null "
    "and charge_point_id in (select id from charge_points where tenant_id = $2)"};
constexpr pg::statement end_grants{
    "members.end_grants", "delete from charge_point_grants where account_id = $1 "
                          "and charge_point_id in (select id from charge_points where tenant_id = $2)"};
constexpr pg::statement block_tags{
    "members.block_tags",
    "update id_tags set status = 'Blocked', account_id = null where account_id = $1 and tenant_id = $2 "
    "returning id_tag_folded, expiry_date, coalesce(parent_id_tag, '')"};

} // namespace

bool is_member(pg::transaction& t, tenant_id tenant, std::string_view email) {
    return pg::get<bool>(t.exec(member, {tenant, email})[0][0]);
}

std::optional<std::vector<revoked_session>> join_tenant(pg::transaction& t, account_id account,
                                                        tenant_id tenant, std::optional<account_id> parent) {
    lock_account_tags(t, account);
    if (t.exec(join, {account, tenant, parent}).affected_rows() == 0) return std::nullopt;
    requeue_account_tags(t, account);
    queue_integrations(t, tenant, account);
    return revoke_all_login_sessions(t, account);
}

std::optional<std::vector<revoked_session>> leave_tenant(pg::transaction& t, account_id account,
                                                         tenant_id tenant) {
    lock_account_tags(t, account);
    if (t.exec(leave, {account, tenant}).affected_rows() == 0) return std::nullopt;
    t.exec(end_prices, {account, tenant});
    t.exec(end_grants, {account, tenant});
    revoke_invitations_of(t, tenant, account);
    std::vector<id_tag_facts> tags;
    for (const auto& r : t.exec(block_tags, {account, tenant}))
        tags.push_back({tenant, pg::get<std::string>(r[0]), "Blocked", pg::opt<timestamp>(r[1]),
                        pg::get<std::string>(r[2]), std::nullopt});
    queue_tag_entries(t, tags);
    queue_integrations(t, tenant, account);
    return revoke_all_login_sessions(t, account);
}

} // namespace voltlane::store
