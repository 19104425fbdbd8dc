#include "workers/notify/sender.hpp"

#include "shared/base/unicode.hpp"
#include "workers/notify/back_off.hpp"
#include "workers/notify/dead_delivery.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;
using state = errand_outcome::state;

constexpr auto look_every = 500ms;   // pause between two looks at the table while nothing is due
constexpr auto patience = 10s;       // for a connection to the database
constexpr auto after_failure = 1s;   // the database was away
constexpr auto settle_again = 300ms; // more often than others look, so that what was sent is not sent again
// Time for writing down what became of an attempt, beyond the attempt itself.
constexpr auto lease_margin = 15s;
constexpr std::size_t longest_reason = 1000; // characters; servers' words can be a page
constexpr int most_refusals = 3;             // of the same outcome, each written with less
// Instead of a reason that PostgreSQL did not take.
constexpr std::string_view unstorable = "failed; the reason could not be stored, it is in the worker's log";

spdlog::logger& log() {
    static const auto logger = voltlane::log::get("notify");
    return *logger;
}

class no_errand final : public errand_runner {
public:
    async::awaitable<errand_outcome> carry_out(store::delivery, async::steady_point) override {
        co_return errand_outcome::done();
    }
    std::size_t most_at_once() const override { return 16; }
    std::chrono::milliseconds patience() const override { return 1s; }
};

} // namespace

std::unique_ptr<errand_runner> make_no_errand() {
    return std::make_unique<no_errand>();
}

sender::sender(pg::pool& database, metrics::registry& registry, const clock& clock, async::executor ex)
    : database_(database)
    , registry_(registry)
    , clock_(clock)
    , executor_(ex)
    , tasks_(ex, [](std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            log().error("an errand ended: {}", e.what());
        }
    }) {}

void sender::add(std::string kind, std::unique_ptr<errand_runner> runner) {
    desks_.emplace_back(std::move(kind), std::move(runner), registry_, executor_);
}

void sender::start() {
    for (auto& d : desks_)
        tasks_.spawn([this, &d] { return work_off(d); });
}

async::awaitable<bool> sender::stop(async::steady_point deadline) {
    stopping_ = true;
    for (auto& d : desks_) {
        d.runner->stop();
        d.timer.cancel();
    }
    co_return co_await tasks_.join(deadline);
}

async::awaitable<void> sender::work_off(desk& d) {
    const auto lease = d.runner->patience() + lease_margin;
    while (!stopping_) {
        const auto room = d.runner->most_at_once() - std::min(d.runner->most_at_once(), d.under_way);
        if (room == 0) {
            co_await pause(d.timer, look_every);
            continue;
        }
        std::vector<store::delivery> claimed;
        std::string trouble;
        try {
            auto job = [kind = d.kind, order = d.runner->order(), room, lease](pg::transaction& t) {
                return store::claim_deliveries(t, kind, order, static_cast<std::int64_t>(room), lease);
            };
            claimed = co_await database_.run(std::move(job), clock_.steady_now() + patience);
        } catch (const std::exception& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) {
            if (complaints_.due(clock_.steady_now()) != 0)
                log().warn("waiting for the database: {}", trouble);
            co_await pause(d.timer, after_failure);
            continue;
        }
        // Claimed by a process that is to end: their lease runs out, and another worker takes them.
        if (stopping_) break;
        d.under_way += claimed.size();
        const bool more = claimed.size() == room;
        for (auto& one : claimed)
            tasks_.spawn([this, &d, one = std::move(one)]() mutable { return carry(d, std::move(one)); });
        if (!more || d.under_way >= d.runner->most_at_once()) co_await pause(d.timer, look_every);
    }
}

async::awaitable<void> sender::carry(desk& on, store::delivery d) {
    errand_outcome outcome;
    const auto begun = clock_.steady_now();
    try {
        outcome = co_await on.runner->carry_out(d, clock_.steady_now() + on.runner->patience());
    } catch (const std::exception& e) {
        outcome = errand_outcome::retry(e.what());
    }
    outcome.reason = clean_text(outcome.reason, longest_reason);
    d.age += std::chrono::ceil<std::chrono::milliseconds>(clock_.steady_now() - begun);
    co_await settle(on, std::move(d), std::move(outcome));
    --on.under_way;
    on.timer.cancel();
}

async::awaitable<void> sender::settle(desk& on, store::delivery d, errand_outcome outcome) {
    auto what = outcome.what;
    std::chrono::milliseconds wait{0};
    if (what == state::retry) {
        const double chance = std::uniform_real_distribution<>(0, 1)(chance_);
        const auto next = on.runner->gives_up()
                              ? next_attempt(d.attempt, chance, d.asked_at, d.asked_at + d.age)
                              : std::optional(back_off(d.attempt, chance));
        if (next)
            wait = *next;
        else
            what = state::hopeless;
    }
    async::steady_timer timer(executor_);
    for (int refusals = 0;;) {
        std::string trouble;
        bool refused = false;
        try {
            auto job = [d, what, wait, refusals, reason = outcome.reason,
                        now = clock_.now()](pg::transaction& t) {
                if (refusals > 1) return store::give_up_delivery(t, d, unstorable);
                switch (what) {
                case state::done: return store::end_delivery(t, d.id);
                case state::retry: store::put_off_delivery(t, d, wait, reason); return true;
                case state::hopeless: return bury(t, d, reason, now);
                }
                return false;
            };
            const bool ours = co_await database_.run(std::move(job), clock_.steady_now() + patience);
            if (!ours) co_return;
            if (refusals > 1) what = state::hopeless;
            break;
        } catch (const pg::failure& f) {
            trouble = f.what();
            refused = f.refused_data() || f.kind() == pg::failure_kind::defect;
        } catch (const std::exception& e) {
            trouble = e.what();
        }
        if (refused) {
            log().error("{} {}: PostgreSQL does not take that it {} ({}): {}", d.kind, d.id,
                        what == state::done ? "is done" : "failed", outcome.reason, trouble);
            // First without the reason, then without its dead letter, then not at all: the lease runs out.
            outcome.reason = unstorable;
            if (++refusals == most_refusals) co_return;
            continue;
        }
        if (complaints_.due(clock_.steady_now()) != 0)
            log().warn("waiting for the database to note that {} {} {}: {}", d.kind, d.id,
                       what == state::done ? "is done" : "failed", trouble);
        if (stopping_) co_return;
        timer.expires_after(settle_again);
        co_await timer.async_wait(async::use_tuple);
    }
    switch (what) {
    case state::done: on.metrics.done.Increment(); break;
    case state::retry:
        on.metrics.retries.Increment();
        log().warn("{} {} ({}), attempt {}: {}; again in {} s", d.kind, d.id, d.name, d.attempt,
                   outcome.reason, std::chrono::round<std::chrono::seconds>(wait).count());
        break;
    case state::hopeless:
        on.metrics.dead.Increment();
        log().error("{} {} ({}), attempt {}: given up: {}", d.kind, d.id, d.name, d.attempt, outcome.reason);
        break;
    }
}

async::awaitable<void> sender::pause(async::steady_timer& timer, std::chrono::milliseconds d) {
    if (stopping_) co_return;
    timer.expires_after(d);
    co_await timer.async_wait(async::use_tuple);
}

} // namespace voltlane::workers
