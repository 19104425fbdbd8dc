#include "workers/runtime/pool_runner.hpp"

#include "shared/base/log.hpp"
#include "shared/store/offsets.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;        // for one question to broker or database
constexpr auto between_tries = 500ms; // while one of them is away
constexpr auto report_every = 5s;     // positions to Kafka (for lag tools) and gauges
constexpr auto rejoin_after = 2s;     // after a log was lost

spdlog::logger& log() {
    static const auto logger = voltlane::log::get("workers");
    return *logger;
}

async::task_group::failure_handler report_failure(std::string pool) {
    return [pool = std::move(pool)](std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            log().critical("pool {}: {}", pool, e.what());
        }
        // A coroutine of ours that fails is a bug; everything it held is in the log and in PostgreSQL.
        std::terminate();
    };
}

} // namespace

// What the database said about an assignment.
struct pool_runner::claim {
    std::int32_t generation = 0;
    store::assigned_offsets offsets;
};

pool_runner::pool_runner(std::unique_ptr<partitioned_pool> pool, pool_settings settings, pg::pool& database,
                         metrics::registry& registry, kafka::consumer_metrics& consumer, const clock& clock,
                         async::executor ex)
    : pool_(std::move(pool))
    , name_(pool_->name())
    , settings_(std::move(settings))
    , database_(database)
    , metrics_(registry, name_)
    , consumer_metrics_(consumer)
    , clock_(clock)
    , executor_(ex)
    , tasks_(ex, report_failure(name_))
    , report_timer_(ex) {}

pool_runner::~pool_runner() = default;

kafka::group_settings pool_runner::group_settings() const {
    kafka::group_settings g;
    g.client = settings_.kafka;
    g.group = "voltlane-" + name_;
    g.instance = settings_.instance.empty() ? "" : settings_.instance + "-" + name_;
    g.topics = {std::string(pool_->topic())};
    return g;
}

void pool_runner::start() {
    tasks_.spawn([this] { return follow_group(); });
    tasks_.spawn([this] { return report(); });
}

async::awaitable<void> pool_runner::follow_group() {
    while (!stopping_) {
        bool usable = true;
        group_ = std::make_unique<kafka::group_consumer>(group_settings(), executor_, consumer_metrics_);
        group_->start();
        while (usable) {
            auto event = co_await group_->next_event();
            if (!event) co_return; // stopped by stop()
            end_runners();
            switch (event->what) {
            case kafka::group_event::kind::assigned:
                partitions_ = event->partitions;
                co_await take(event->assignment);
                break;
            case kafka::group_event::kind::revoked: log().info("pool {}: partitions revoked", name_); break;
            case kafka::group_event::kind::lost:
                log().error("pool {}: out of the group ({}), joining again", name_, event->text);
                usable = false;
                break;
            }
        }
        replacing_ = true;
        co_await group_->stop(clock_.steady_now() + patience);
        async::steady_timer timer(executor_);
        timer.expires_after(rejoin_after);
        co_await timer.async_wait(async::use_tuple);
        replacing_ = false;
    }
}

async::awaitable<void> pool_runner::take(std::uint64_t assignment) {
    if (partitions_.empty()) co_return;
    async::steady_timer timer(executor_);
    const auto partitions = partitions_;
    voltlane::log::limiter complaints(10s);
    while (!stopping_) {
        std::string trouble;
        // Asked for each time: a log that was created anew meanwhile has a new generation and other
        // beginnings.
        auto beginnings = co_await group_->beginnings(partitions, clock_.steady_now() + patience);
        if (beginnings) {
            store::offset_place place{name_, std::string(pool_->topic()), 0, 0};
            std::vector<store::partition_start> starts;
            for (const auto& b : *beginnings)
                starts.push_back({b.where.partition, b.offset});
            try {
                auto job = [place, starts](pg::transaction& t) mutable -> std::optional<claim> {
                    const auto generation = store::log_generation(t, place.topic);
                    if (!generation) return std::nullopt;
                    place.generation = *generation;
                    return claim{*generation, store::claim_offsets(t, place, starts)};
                };
                const auto claimed = co_await database_.run(std::move(job), clock_.steady_now() + patience);
                if (claimed) {
                    std::vector<kafka::position> positions;
                    for (const auto& p : claimed->offsets.positions)
                        positions.push_back({{place.topic, p.partition}, p.offset});
                    for (const auto p : claimed->offsets.of_another_generation) {
                        metrics_.restarted_logs.Increment();
                        log().warn("pool {}: {}/{} has a new generation ({}): its stored position is void, "
                                   "beginning at the log's start",
                                   name_, place.topic, p, claimed->generation);
                    }
                    const auto refused = begin(assignment, positions, claimed->generation);
                    if (!refused || refused == errc::fenced || refused == errc::stopped) co_return;
                    trouble = refused.message();
                } else {
                    trouble = "the topic has no generation: run voltlane-admin topics apply";
                }
            } catch (const std::exception& e) {
                trouble = e.what();
            }
        } else {
            trouble = beginnings.error().message();
        }
        if (const auto times = complaints.due(clock_.steady_now()))
            log().warn("pool {}: cannot take {} partitions yet ({} tries): {}", name_, partitions.size(),
                       times, trouble);
        timer.expires_after(between_tries);
        co_await timer.async_wait(async::use_tuple);
    }
}

// fenced: a newer event of the group is waiting.
error_code pool_runner::begin(std::uint64_t assignment, const std::vector<kafka::position>& positions,
                              std::int32_t generation) {
    auto readers = group_->assign(assignment, positions);
    if (!readers) return readers.error();
    assignment_ = assignment;
    log().info("pool {}: {} partitions of {}", name_, readers->size(), pool_->topic());
    for (auto& reader : *readers) {
        store::offset_place place{name_, std::string(pool_->topic()), reader->which().partition, generation};
        auto runner = std::make_shared<partition_runner>(*pool_, reader, std::move(place), settings_.batches,
                                                         database_, metrics_, clock_, executor_);
        runners_.push_back(runner);
        tasks_.spawn([this, runner, assignment] { return run_partition(runner, assignment); });
    }
    metrics_.partitions.Set(static_cast<double>(runners_.size()));
    return {};
}

async::awaitable<void> pool_runner::run_partition(std::shared_ptr<partition_runner> runner,
                                                  std::uint64_t assignment) {
    const auto end = co_await runner->run();
    runners_.remove(runner);
    metrics_.partitions.Set(static_cast<double>(runners_.size()));
    if (end == partition_runner::ending::over || stopping_ || assignment != assignment_) co_return;
    const bool lost = end == partition_runner::ending::lost_log;
    if (lost) {
        // Retention overtook us, or the log was created anew: both begin at the log's beginning, loudly.
        metrics_.restarted_logs.Increment();
        log().error("pool {}: position {} of {}/{} is no longer in the log; beginning at its start", name_,
                    runner->position(), pool_->topic(), runner->place().partition);
    } else {
        log().warn("pool {}: {}/{} is taken anew", name_, pool_->topic(), runner->place().partition);
    }
    async::steady_timer timer(executor_);
    for (bool forgotten = !lost; !forgotten && !stopping_ && assignment == assignment_;) {
        auto forget = [place = runner->place(), position = runner->position()](pg::transaction& t) {
            store::forget_offset(t, place, position);
        };
        try {
            co_await database_.run(std::move(forget), clock_.steady_now() + patience);
            forgotten = true;
        } catch (const std::exception& e) {
            log().warn("pool {}: position not forgotten: {}", name_, e.what());
        }
        timer.expires_after(between_tries);
        co_await timer.async_wait(async::use_tuple);
    }
    if (!lost) {
        timer.expires_after(between_tries); // what the broker said may still hold
        co_await timer.async_wait(async::use_tuple);
    }
    if (stopping_ || assignment != assignment_) co_return;
    assignment_ = 0; // one of several lost partitions takes all of them anew
    end_runners();
    co_await take(assignment);
}

void pool_runner::end_runners() {
    for (const auto& r : runners_)
        r->stop();
}

async::awaitable<void> pool_runner::report() {
    while (!stopping_) {
        report_timer_.expires_after(report_every);
        co_await report_timer_.async_wait(async::use_tuple);
        if (stopping_ || runners_.empty()) continue;
        std::vector<kafka::position> positions;
        std::int64_t lag = 0;
        for (const auto& r : runners_) {
            positions.push_back({{std::string(pool_->topic()), r->place().partition}, r->position()});
            lag += std::max<std::int64_t>(0, r->lag());
        }
        metrics_.lag.Set(static_cast<double>(lag));
        group_->commit(positions);
    }
}

async::awaitable<bool> pool_runner::stop(async::steady_point deadline) {
    stopping_ = true;
    report_timer_.cancel();
    end_runners();
    bool orderly = true;
    if (group_ && !replacing_) orderly = co_await group_->stop(deadline);
    tasks_.stop();
    const bool ended = co_await tasks_.join(deadline);
    co_return ended&& orderly;
}

} // namespace voltlane::workers
