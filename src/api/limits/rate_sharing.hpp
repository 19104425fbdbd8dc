#pragma once

#include "api/limits/rate_metrics.hpp"
#include "shared/async/types.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Exchanges counts with the other pods: twice a second one statement adds what grew here and brings back the
// sums of all pods. While PostgreSQL is away every pod keeps to its own counts. Once a minute old counts are
// forgotten, here and there. Runs on one shard until cancelled.
async::awaitable<void> share_rates(pg::pool& database, rate_limits& limits, const clock& now,
                                   rate_metrics& m);

} // namespace voltlane::api
