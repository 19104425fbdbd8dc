#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/events/directory.hpp"
#include "shared/pg/transaction.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

// What csms.directory says about id tags: a tag is as good as the account that holds it. Everything that
// writes `id_tags`, or what this reads of `accounts`, queues the entries through here, in its own transaction
// and after its rows were written.
//
// Locks are taken tags first, then accounts: who writes both locks the tags (lock_account_tags) before the
// account. A tag and its holder changed by two at once then end up in the directory as the later one left
// them.
namespace voltlane::store {

// A row of `id_tags`, as far as gateways must know it.
struct id_tag_facts {
    tenant_id tenant;
    std::string folded;
    std::string status = "Accepted";
    std::optional<timestamp> expiry;
    std::string parent_id_tag; // empty: none
    std::optional<account_id> account;
};
struct tag_holder {
    std::string user_type; // empty: none
    bool active = true;
    std::optional<timestamp> expires_at;
};

// An accepted tag of a deactivated account goes out as Blocked, and ends with its account at the latest.
// `holder`: of facts.account; nullptr: none.
events::id_tag_entry directory_entry_of(const id_tag_facts& tag, const tag_holder* holder);

// The entries with their holders as these are now, share-locked until the transaction ends. One statement.
std::vector<events::id_tag_entry> read_tag_entries(pg::transaction& t, std::span<const id_tag_facts> tags);
// The same, queued.
void queue_tag_entries(pg::transaction& t, std::span<const id_tag_facts> tags);

// Around a change of an account's row in what its tags' entries are made of (type, activity, expiry): lock
// before it, requeue after it. Tags of all tenants.
void lock_account_tags(pg::transaction& t, account_id account);
void requeue_account_tags(pg::transaction& t, account_id account);

} // namespace voltlane::store
