#pragma once

#include "shared/async/task_group.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/log.hpp"
#include "shared/pg/pool.hpp"
#include "workers/metrics.hpp"
#include "workers/notify/errand.hpp"

#include <list>
#include <memory>
#include <random>
#include <string>

namespace voltlane::workers {

// Carries out what lies in `deliveries`, by the runner of each kind. Every worker with the pool `notify` has
// one; they share the table.
//
//   claim (short transaction: attempt + 1, nobody else's until the lease is over)
//     ─▶ errand_runner::carry_out, outside of any transaction
//     ─▶ done | put off with a growing pause | given up, with its dead letter in the same transaction
//
// A worker that dies in between loses nothing: the lease runs out and another one claims the row. A kind
// without a runner is left alone. Each kind claims only what its runner can take at once, so that neither a
// slow server nor what fails again and again holds up the rest.
//
// Lifecycle: construct, add() ..., start(), await stop(). All calls on the executor's thread.
class sender {
public:
    sender(pg::pool& database, metrics::registry& registry, const clock& clock, async::executor ex);
    sender(const sender&) = delete;
    sender& operator=(const sender&) = delete;

    void add(std::string kind, std::unique_ptr<errand_runner> runner); // before start()
    void start();
    // Claims nothing more, tells the runners, waits for what is under way. False: the deadline was needed.
    async::awaitable<bool> stop(async::steady_point deadline);

private:
    struct desk {
        desk(std::string kind_, std::unique_ptr<errand_runner> runner_, metrics::registry& r,
             async::executor ex)
            : kind(std::move(kind_))
            , runner(std::move(runner_))
            , metrics(r, kind)
            , timer(ex) {}
        std::string kind;
        std::unique_ptr<errand_runner> runner;
        delivery_metrics metrics;
        async::steady_timer timer; // cancelled when an errand ends: there is room for another
        std::size_t under_way = 0;
    };
    async::awaitable<void> work_off(desk& d);
    async::awaitable<void> carry(desk& on, store::delivery d);
    async::awaitable<void> settle(desk& on, store::delivery d, errand_outcome outcome);
    async::awaitable<void> pause(async::steady_timer& timer, std::chrono::milliseconds d);

    pg::pool& database_;
    metrics::registry& registry_;
    const clock& clock_;
    async::executor executor_;
    async::task_group tasks_;
    std::list<desk> desks_;
    voltlane::log::limiter complaints_{std::chrono::seconds(10)};
    std::minstd_rand chance_{std::random_device{}()};
    bool stopping_ = false;
};

// For a kind that this deployment does not carry out: it is done.
std::unique_ptr<errand_runner> make_no_errand();

} // namespace voltlane::workers
