#pragma once

#include "api/auth/activity.hpp"
#include "api/auth/revocations.hpp"
#include "api/metrics.hpp"
#include "shared/async/types.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Keeps the view of revoked login sessions young: asks PostgreSQL more than twice a second, for ever. Runs on
// one shard until cancelled. `database` is a connection of its own: requests that queue for theirs must not
// make the view stale, which would make them ask all the more.
async::awaitable<void> keep_revocations(pg::pool& database, revocations& view, const clock& now, metrics& m);

// Writes which login sessions were used, every few seconds; and once an hour deletes those whose tokens have
// long expired. Runs on one shard until cancelled.
async::awaitable<void> keep_login_sessions(pg::pool& database, activity& used, const clock& now);

// Writes what is noted now: the last thing before the process ends. A database that is away loses it.
async::awaitable<void> write_activity(pg::pool& database, activity& used, const clock& now);

} // namespace voltlane::api
