#pragma once

#include "workers/metrics.hpp"
#include "workers/pools/upkeep.hpp"

#include <memory>

namespace voltlane::workers {

// Gives up what was asked for more than a day ago and what nobody tried for an hour: no worker carries out
// its kind (mail without an SMTP server).
upkeep::chore abandoned_deliveries_chore(const clock& clock);
// Ended deliveries after seven days, expired tokens of mails and requests for a password after one.
upkeep::chore old_deliveries_chore(upkeep_metrics& metrics, const clock& clock);
// Accounts whose e-mail nobody verified within seven days.
upkeep::chore unverified_accounts_chore(upkeep_metrics& metrics, const clock& clock);
// Sets the gauges of what waits.
upkeep::chore waiting_deliveries_chore(metrics::registry& registry);

} // namespace voltlane::workers
