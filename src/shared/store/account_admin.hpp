#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/account_rules.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/login_sessions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Table `accounts` as a tenant's super_admins see and change it. Writer: api. Accounts come without their
// password's hash and profile: nobody but their owner is shown those.
namespace voltlane::store {

struct account_filter {
    std::string text; // in the user name, the e-mail or either name, without case; empty: all
    std::optional<domain::role> role;
    std::optional<bool> active; // may log in but for its expiry
};
struct account_page {
    std::int64_t count = 0; // of all that match; only where asked for
    std::vector<account> rows;
};
// A tenant's own accounts by id; drivers who only hold its tags or prices are not among them. One statement.
account_page list_accounts(pg::transaction& t, tenant_id tenant, const account_filter& filter,
                           std::int64_t limit, std::int64_t offset, bool counted);
// What the caller may see of one: itself, or as a super_admin its tenant's. One statement.
std::optional<account> find_visible_account(pg::transaction& t, const domain::caller& who, account_id id);

// Locks a tenant's members against each other's changes until the transaction ends, and returns its founder.
// Two super_admins who demote each other: the second one finds that it is none any more.
struct member_lock {
    std::optional<account_id> founder;
    bool allowed = false; // `who` is still a super_admin there who may log in
};
member_lock lock_members(pg::transaction& t, const domain::caller& who);

// Whether a deployment's own user type is declared by that name; it stays so until the transaction ends.
bool is_declared_type(pg::transaction& t, std::string_view name);

// Writes the change, ends the account's login sessions where its rights changed, takes the invitations of one
// that may not invite any more back and tells the gateways about
// its tags where those did. The caller has found it allowed (domain/account_rules.hpp) under lock_members.
// Returns what was revoked: for revocations::add after the commit.
std::vector<revoked_session> change_account(pg::transaction& t, const account& before,
                                            const domain::account_change& change, timestamp now);

} // namespace voltlane::store
