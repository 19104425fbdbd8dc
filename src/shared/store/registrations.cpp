#include "shared/store/registrations.hpp"

namespace voltlane::store {
namespace {

// In the order of the locks' numbers, so that two who want the same names do not wait for each other. The
// second number keeps clear of other advisory locks: "name" in ASCII.
constexpr pg::statement lock_names{
    "registrations.lock_names", "select pg_advisory_xact_lock(number) from (select distinct "
                                "hashtextextended(fold_name(name), 1851878757) "
                                "as number from (values ($1), ($2)) names (name) order by number) numbers"};
constexpr pg::statement lock_one{"registrations.lock", "select from accounts where id = $1 for update"};
constexpr pg::statement customer{
    "registrations.customer", "select from accounts where id = $1 and user_type = 'CUSTOMER' and is_active"};
constexpr pg::statement verified{"registrations.verified",
                                 "update accounts set email_verified = true where id = $1"};
constexpr pg::statement tenant_of{"registrations.tenant", "update accounts set tenant_id = $2 where id = $1"};
constexpr pg::statement join{"registrations.join",
                             "update accounts a set tenant_id = p.tenant_id from accounts p "
                             "where a.id = $1 and p.id = a.parent_id and p.tenant_id is not null "
                             "and a.user_type = 'CUSTOMER_USER' and a.email_verified and a.is_approved "
                             "and a.tenant_id is null returning a.tenant_id"};
constexpr pg::statement purge{
    "registrations.purge",
    "delete from accounts where id in (select a.id from accounts a where not a.email_verified "
    "and a.date_joined < now() - make_interval(secs => $1) "
    "and not exists (select from id_tags g where g.account_id = a.id) "
    "and not exists (select from prices p where p.account_id = a.id) "
    "and not exists (select from accounts c where c.parent_id = a.id) "
    "and not exists (select from tenants n where n.founder = a.id) "
    "and not exists (select from commands o where o.account_id = a.id) "
    "and not exists (select from invitations i where i.invited_by = a.id) "
    "and not exists (select from invitations i where i.accepted_by = a.id) "
    "order by a.date_joined limit $2 for update skip locked)"};

} // namespace

taken_names claim_names(pg::transaction& t, std::string_view username, std::string_view email) {
    t.exec(lock_names, {username, email});
    return find_taken(t, username, email);
}

std::optional<account> lock_account(pg::transaction& t, account_id id) {
    if (t.exec(lock_one, {id}).empty()) return std::nullopt;
    return find_account(t, id);
}

bool is_customer(pg::transaction& t, account_id id) {
    return !t.exec(customer, {id}).empty();
}

void set_email_verified(pg::transaction& t, account_id id) {
    t.exec(verified, {id});
}

void set_tenant(pg::transaction& t, account_id id, tenant_id tenant) {
    t.exec(tenant_of, {id, tenant});
}

std::optional<tenant_id> join_parents_tenant(pg::transaction& t, account_id id) {
    const auto rows = t.exec(join, {id});
    return rows.empty() ? std::nullopt : std::optional(pg::get<tenant_id>(rows[0][0]));
}

std::int64_t purge_unverified_accounts(pg::transaction& t, std::chrono::seconds kept, std::int64_t most) {
    return static_cast<std::int64_t>(t.exec(purge, {std::int64_t{kept.count()}, most}).affected_rows());
}

} // namespace voltlane::store
