#pragma once

#include "shared/base/ids.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/store/accounts.hpp"

#include <chrono>
#include <optional>
#include <string_view>

// How an account comes to be, and becomes a full one. Table `accounts`. Writers: api, voltlane-admin.
namespace voltlane::store {

// Which of the names are taken, and a lock on both until the transaction ends: nobody else takes either
// meanwhile, neither as a user name nor as an e-mail. Two transactions never wait for each other.
taken_names claim_names(pg::transaction& t, std::string_view username, std::string_view email);

// The account, locked until the transaction ends.
std::optional<account> lock_account(pg::transaction& t, account_id id);

// An active account whose type is CUSTOMER: who may be the parent of a CUSTOMER_USER.
bool is_customer(pg::transaction& t, account_id id);

// Somebody followed the link that was sent to the account's e-mail.
void set_email_verified(pg::transaction& t, account_id id);
// Makes the tenant the account's own.
void set_tenant(pg::transaction& t, account_id id, tenant_id tenant);
// A CUSTOMER_USER that is verified and approved and a member of nothing becomes a member of its parent's
// tenant. Returns that tenant where it did.
std::optional<tenant_id> join_parents_tenant(pg::transaction& t, account_id id);

// Forgets accounts that were made longer than `kept` ago and whose e-mail nobody verified, so that names and
// e-mails that were never somebody's come free; what others have tied to one (a tag, a price, a child) keeps
// it. Returns how many went, `most` at most. Called by the pool `notify`.
std::int64_t purge_unverified_accounts(pg::transaction& t, std::chrono::seconds kept, std::int64_t most);

} // namespace voltlane::store
