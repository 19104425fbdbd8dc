#pragma once

#include "workers/metrics.hpp"
#include "workers/pools/upkeep.hpp"

#include <chrono>
#include <memory>

namespace voltlane::workers {

// Gives up what was asked for more than a day ago and what nobody tried for an hour: no worker carries out
// its kind (mail without an SMTP server).
upkeep::chore abandoned_deliveries_chore(const clock& clock);
// Ended deliveries after seven days, expired tokens of mails and requests for a password after one.
upkeep::chore old_deliveries_chore(upkeep_metrics& metrics);
// How long an account is kept whose e-mail nobody verified: seven days, and in any case a day longer than the
// link works that was mailed last before then.
std::chrono::hours unverified_kept(std::chrono::hours token_life);
// Those that were made longer ago and are not verified yet.
upkeep::chore unverified_accounts_chore(upkeep_metrics& metrics, std::chrono::hours kept);
// Sets the gauges of what waits.
upkeep::chore waiting_deliveries_chore(metrics::registry& registry);

} // namespace voltlane::workers
