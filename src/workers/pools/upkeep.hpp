#pragma once

#include "shared/async/task_group.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"
#include "workers/metrics.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace voltlane::workers {

// What has to be done from time to time, whoever does it: any worker may, a second one finds nothing left.
//
// Lifecycle: construct, keep() ..., await stop(). All calls on the executor's thread.
class upkeep {
public:
    upkeep(pg::pool& database, upkeep_metrics& metrics, const clock& clock, async::executor ex);
    upkeep(const upkeep&) = delete;
    upkeep& operator=(const upkeep&) = delete;

    // Runs `work` now and then every `every`, each time in a transaction of its own; failures are logged,
    // counted and repeated: see pause(). What returns true left something over and runs again at once.
    using chore = std::function<bool(pg::transaction&)>;
    void keep(std::string name, std::chrono::milliseconds every, chore work);

    // How long a chore rests after so many failures in a row: after one of them a minute, doubled with each,
    // but never longer than `every`, as after none.
    static std::chrono::milliseconds pause(std::chrono::milliseconds every, int failures) noexcept;

    async::awaitable<bool> stop(async::steady_point deadline);

private:
    async::awaitable<void> run(std::string name, std::chrono::milliseconds every, chore work,
                               metrics::counter& failures);

    pg::pool& database_;
    upkeep_metrics& metrics_;
    const clock& clock_;
    async::executor executor_;
    async::task_group tasks_;
    bool stopping_ = false;
};

// Partitions of meter values two months ahead, and those past retention (0 days: kept for ever).
upkeep::chore partition_chore(std::int64_t retention_days, upkeep_metrics& metrics, const clock& clock);
// Meter values past retention that lie in no month's partition (never 0 days).
upkeep::chore default_rows_chore(std::int64_t retention_days, upkeep_metrics& metrics, const clock& clock);
// Notices of charge points after 90 days, ended commands after 400. (What operators decided is kept: it is
// the record of who changed a bill.)
upkeep::chore old_rows_chore(upkeep_metrics& metrics, const clock& clock);
// Sets the gauge session_counts_wrong from a sample of the months that are counted (store/count_checks).
upkeep::chore session_counts_chore(metrics::registry& registry);
// Commands that nobody spoke of until their deadline and the grace.
upkeep::chore overdue_chore(upkeep_metrics& metrics, const clock& clock);

} // namespace voltlane::workers
