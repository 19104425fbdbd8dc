#include "workers/pools/upkeep.hpp"

#include "shared/base/log.hpp"
#include "shared/store/command_rows.hpp"
#include "shared/store/count_checks.hpp"
#include "shared/store/meter_values.hpp"
#include "shared/store/station_rows.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
constexpr auto after_failure = 60s; // doubled with each one in a row; never more than the chore's own pause
constexpr auto step = 250ms;        // how soon a pause notices that it is to end
constexpr std::int64_t most_overdue = 1000;  // rows ended at a time, so that the transaction stays short
constexpr std::int64_t most_deleted = 5000;  // likewise; the next ones follow at once
constexpr std::int64_t sampled_tenants = 10; // two months of each: a second where they are large
constexpr auto notices_kept = std::chrono::days(90);
constexpr auto commands_kept = std::chrono::days(400);

spdlog::logger& log() {
    static const auto logger = voltlane::log::get("workers");
    return *logger;
}

} // namespace

upkeep::upkeep(pg::pool& database, upkeep_metrics& metrics, const clock& clock, async::executor ex)
    : database_(database)
    , metrics_(metrics)
    , clock_(clock)
    , executor_(ex)
    , tasks_(ex, [](std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            log().error("upkeep ended: {}", e.what());
        }
    }) {}

void upkeep::keep(std::string name, std::chrono::milliseconds every, chore work) {
    auto& failures = metrics_.failures(name);
    tasks_.spawn([this, name = std::move(name), every, work = std::move(work), &failures] {
        return run(name, every, work, failures);
    });
}

std::chrono::milliseconds upkeep::pause(std::chrono::milliseconds every, int failures) noexcept {
    std::chrono::milliseconds wait = failures == 0 ? every : after_failure;
    for (; failures > 1 && wait < every; --failures)
        wait *= 2;
    return std::min(wait, every);
}

async::awaitable<void> upkeep::run(std::string name, std::chrono::milliseconds every, chore work,
                                   metrics::counter& failures) {
    int in_a_row = 0;
    while (!stopping_) {
        std::string trouble;
        bool more = false;
        try {
            more = co_await database_.run(work, clock_.steady_now() + patience);
        } catch (const std::exception& e) {
            trouble = e.what();
        }
        in_a_row = trouble.empty() ? 0 : in_a_row + 1;
        if (!trouble.empty()) {
            failures.Increment();
            log().warn("{}: {}", name, trouble);
        }
        if (more) continue;
        const auto until = clock_.steady_now() + pause(every, in_a_row);
        async::steady_timer timer(executor_);
        while (!stopping_ && clock_.steady_now() < until) {
            timer.expires_at(std::min(until, clock_.steady_now() + step));
            co_await timer.async_wait(async::use_tuple);
        }
    }
}

async::awaitable<bool> upkeep::stop(async::steady_point deadline) {
    stopping_ = true;
    co_return co_await tasks_.join(deadline);
}

upkeep::chore partition_chore(std::int64_t retention_days, upkeep_metrics& metrics, const clock& clock) {
    return [retention_days, &metrics, &clock](pg::transaction& t) {
        const auto now = clock.now();
        for (const auto& name : store::make_partitions(t, now)) {
            metrics.partitions_made.Increment();
            log().info("partition {} made", name);
        }
        if (retention_days == 0) return false;
        for (const auto& name : store::drop_partitions(t, now - std::chrono::days(retention_days))) {
            metrics.partitions_dropped.Increment();
            log().info("partition {} dropped: past retention of {} days", name, retention_days);
        }
        return false;
    };
}

upkeep::chore default_rows_chore(std::int64_t retention_days, upkeep_metrics& metrics, const clock& clock) {
    return [retention_days, &metrics, &clock](pg::transaction& t) {
        const auto deleted =
            store::delete_old_default_rows(t, clock.now() - std::chrono::days(retention_days), most_deleted);
        metrics.old_rows.Increment(static_cast<double>(deleted));
        return static_cast<std::int64_t>(deleted) >= most_deleted;
    };
}

upkeep::chore old_rows_chore(upkeep_metrics& metrics, const clock& clock) {
    return [&metrics, &clock](pg::transaction& t) {
        const auto now = clock.now();
        const auto notices = store::delete_old_notices(t, now - notices_kept, most_deleted);
        const auto commands = store::delete_old_commands(t, now - commands_kept, most_deleted);
        metrics.old_rows.Increment(static_cast<double>(notices + commands));
        return static_cast<std::int64_t>(std::max(notices, commands)) >= most_deleted;
    };
}

upkeep::chore session_counts_chore(metrics::registry& registry) {
    auto& wrong = registry.add_gauge("session_counts_wrong",
                                     "Counts of sessions that were not what the sessions say, of the last "
                                     "hourly sample: voltlane-admin counts recount");
    return [&wrong](pg::transaction& t) {
        const auto found = store::count_wrong_months(t, sampled_tenants);
        wrong.Set(static_cast<double>(found));
        if (found > 0)
            log().error("{} counts of sessions are not what the sessions say: voltlane-admin counts check",
                        found);
        return false;
    };
}

upkeep::chore overdue_chore(upkeep_metrics& metrics, const clock& clock) {
    return [&metrics, &clock](pg::transaction& t) {
        const auto ended = store::end_overdue_commands(t, clock.now(), most_overdue);
        metrics.overdue_commands.Increment(static_cast<double>(ended));
        return static_cast<std::int64_t>(ended) >= most_overdue;
    };
}

} // namespace voltlane::workers
