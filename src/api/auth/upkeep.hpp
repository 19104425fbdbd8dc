#pragma once

#include "api/auth/revocations.hpp"
#include "api/metrics.hpp"
#include "shared/async/types.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Keeps the view of revoked login sessions young: asks PostgreSQL twice a second, for ever. Once an hour it
// deletes login sessions whose tokens have long expired. Runs on one shard until cancelled.
async::awaitable<void> keep_revocations(pg::pool& database, revocations& view, const clock& now, metrics& m);

} // namespace voltlane::api
