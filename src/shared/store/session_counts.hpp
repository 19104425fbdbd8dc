#pragma once

#include "shared/domain/session/fold.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <span>

// Tables `session_months` and `session_users`: how many sessions there are, what they earned, and who
// charged. Writer: pool `sessions` only, in the transaction that changes the sessions and after it inserted
// them. Each function is one statement at most, whatever the number of rows.
namespace voltlane::store {

// What a row of session_months counts (column `scope`).
enum class count_scope : int { tenant = 1, owner = 2, charge_point = 3 };

// Adds; `shard` is the partition, so that no two transactions meet in a row.
void add_months(pg::transaction& t, std::span<const domain::count_delta> counts,
                std::span<const domain::rollup_delta> rollups, std::int32_t shard);
void remember_users(pg::transaction& t, std::span<const domain::count_delta> counts);

} // namespace voltlane::store
