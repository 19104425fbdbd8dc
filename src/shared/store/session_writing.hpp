#pragma once

#include "shared/domain/session/fold.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <span>

// Tables `sessions`, `session_decisions`, `session_rollups`, `charge_point_epochs` (counts: session_counts).
// Writer: pool `sessions` only. Each function is one statement (inserting sessions: two), whatever the number
// of rows.
namespace voltlane::store {

// Sets the id of each. `owners`: the charger of each, same order.
void insert_sessions(pg::transaction& t, std::span<domain::session* const> sessions,
                     std::span<const domain::charger_state* const> owners);
void update_sessions(pg::transaction& t, std::span<const domain::session* const> sessions);
// Gives the meter values of each removed row to the one it was merged into, and deletes it. After the
// inserts.
void remove_sessions(pg::transaction& t, std::span<const domain::removal> removals);
void write_epochs(pg::transaction& t, std::span<const domain::charger_state* const> chargers);
// Adds; `shard` is the partition, so that no two transactions meet in a row.
void add_rollups(pg::transaction& t, std::span<const domain::rollup_delta> deltas, std::int32_t shard);
void insert_decisions(pg::transaction& t, std::span<const domain::decision_row> decisions);

} // namespace voltlane::store
