#pragma once

#include "shared/events/directory.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Everything in PostgreSQL that csms.directory shall hold, page by page, for `directory republish`. Reads
// `tenants`, `charge_points`, `id_tags`, `accounts` and `log_generations`; writes the outbox only. Vouches
// have no table: they come with commands and end by themselves.
//
// Rows are read under a share lock: a change that is under way is waited for and republished, a later one
// queues behind this page, so that a key's last record in the outbox is always its newest state.
namespace voltlane::store {

enum class directory_part { generations, tenants, charge_points, id_tags, end };

struct directory_position {
    directory_part part = directory_part::generations;
    std::int64_t after = 0; // id of the part's last row so far
};

struct directory_page {
    directory_position next;
    std::vector<std::string> keys; // queued
};

// SHA-256 of a tenant's URL key, lower-case hex.
using key_hash = std::function<std::string(std::string_view url_key)>;

// Queues at most `most` entries from `from` on. One transaction a page.
directory_page queue_directory_page(pg::transaction& t, const directory_position& from, std::int64_t most,
                                    const key_hash& hash);

// Queues tombstones for those of the keys that have no row, also not now that writers of these tables are
// held up (for as long as the transaction takes: give it a few thousand keys at most). Returns how many.
// Entries are taken by their ids alone; vouches are always removed.
std::size_t queue_tombstones(pg::transaction& t, std::span<const events::directory_entry> candidates);

} // namespace voltlane::store
