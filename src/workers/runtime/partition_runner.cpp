#include "workers/runtime/partition_runner.hpp"

#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/events/topics.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto first_pause = 100ms;
constexpr auto longest_pause = 5000ms; // between tries while the database is away
constexpr auto job_patience = 30s;     // wait for a database thread; then the batch is tried again

spdlog::logger& log() {
    static const auto logger = voltlane::log::get("workers");
    return *logger;
}

} // namespace

struct partition_runner::batch {
    kafka::record_batch records;
    std::vector<source_record> sources; // those that concern the pool
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t oldest_ms = -1;
};

partition_runner::partition_runner(partitioned_pool& pool, std::shared_ptr<kafka::partition_reader> reader,
                                   store::offset_place place, batch_settings settings, pg::pool& database,
                                   pool_metrics& metrics, const clock& clock, async::executor ex)
    : pool_(pool)
    , reader_(std::move(reader))
    , place_(std::move(place))
    , settings_(settings)
    , database_(database)
    , metrics_(metrics)
    , clock_(clock)
    , handler_(pool.open(place_.partition))
    , writer_(std::make_shared<batch_writer>(place_, metrics, clock))
    , timer_(ex)
    , stored_(reader_->position())
    , last_move_(clock.steady_now()) {}

void partition_runner::stop() {
    stopping_ = true;
    timer_.cancel();
}

async::awaitable<void> partition_runner::pause(std::chrono::milliseconds d) {
    if (stopping_ || d == 0ms) co_return;
    timer_.expires_after(d);
    co_await timer_.async_wait(async::use_tuple);
}

bool partition_runner::too_new(const kafka::record_view& r) {
    const auto header = r.header(events::topic::header_version);
    const auto version = header ? parse_integer<int>(*header) : std::nullopt;
    return version && *version > pool_.schema_version();
}

async::awaitable<partition_runner::ending> partition_runner::run() {
    while (!stopping_) {
        auto next = co_await reader_->next_batch(settings_.most);
        if (!next) co_return next.error() == errc::not_found ? ending::lost_log : ending::over;
        auto b = std::make_shared<batch>();
        b->records = std::move(*next);
        bool held = false;
        for (const auto& r : b->records) {
            if (r.offset() < stored_) continue; // another owner wrote it meanwhile
            while (too_new(r) && !stopping_) {
                held = true;
                log().error(
                    "pool {} {}/{} offset {}: written by a newer version, upgrade the workers; waiting",
                    place_.pool, place_.topic, place_.partition, r.offset());
                co_await pause(longest_pause);
            }
            if (held) break;
            if (!pool_.concerns(r.value())) continue;
            if (b->sources.empty()) b->oldest_ms = r.timestamp_ms();
            b->sources.push_back({r.offset(), r.key(), r.value()});
        }
        if (held) co_return ending::over;
        b->from = stored_;
        b->to = reader_->position();
        if (b->to <= stored_) continue;
        if (b->sources.empty() && clock_.steady_now() - last_move_ < settings_.idle_move) continue;
        bool written = false;
        const auto end = co_await advance(b, written);
        b->sources.clear();
        b->records =
            {}; // here: a database thread may drop the last reference to `b` after the reader is gone
        if (!written) co_return end;
        co_await pause(settings_.linger);
    }
    co_return ending::over;
}

// Until the position stands at the batch's end. Fenced, yet perhaps still ours (the last batch of an
// assignment before this one was in flight): what that batch did not cover is written from where the table
// stands.
async::awaitable<partition_runner::ending> partition_runner::advance(std::shared_ptr<batch> b,
                                                                     bool& written) {
    while (stored_ < b->to) {
        const auto outcome = co_await write(b);
        if (outcome == step::over) co_return ending::over;
        if (outcome == step::written) break;
        const auto now = co_await read_position();
        if (!now) co_return ending::over;
        log().warn("pool {} partition {}: another owner moved the position from {} to {}", place_.pool,
                   place_.partition, stored_, *now);
        if (*now < stored_) co_return ending::lost_log; // the row is gone or went back: claimed anew
        stored_ = b->from = *now;
        std::erase_if(b->sources, [now](const source_record& r) { return r.offset < *now; });
    }
    written = true;
    co_return ending::over;
}

async::awaitable<partition_runner::step> partition_runner::write(std::shared_ptr<batch> b) {
    voltlane::log::limiter complaints(10s);
    for (auto rest = first_pause; !stopping_;
         rest = std::min<std::chrono::milliseconds>(rest * 2, longest_pause)) {
        std::string trouble;
        try {
            auto job = [w = writer_, h = handler_, b](pg::database& db) {
                return w->write(db, *h, b->sources, b->from, b->to);
            };
            const auto outcome = co_await database_.with(std::move(job), clock_.steady_now() + job_patience);
            if (outcome == batch_outcome::fenced) co_return step::fenced;
            stored_ = b->to;
            last_move_ = clock_.steady_now();
            if (b->oldest_ms >= 0) {
                const auto age = clock_.now() - timestamp(std::chrono::milliseconds(b->oldest_ms));
                metrics_.age.Set(std::chrono::duration<double>(age).count());
            }
            co_return step::written;
        } catch (const std::exception& e) {
            trouble =
                e.what(); // the database is away, its threads are busy, or a bug: the events stay in the log
        }
        metrics_.retries.Increment();
        if (const auto times = complaints.due(clock_.steady_now()))
            log().warn("pool {} partition {}: batch at offset {} waits ({} tries): {}", place_.pool,
                       place_.partition, b->from, times, trouble);
        co_await pause(rest);
    }
    co_return step::over;
}

// nullopt: stopped first. -1: no row.
async::awaitable<std::optional<std::int64_t>> partition_runner::read_position() {
    for (auto rest = first_pause; !stopping_;
         rest = std::min<std::chrono::milliseconds>(rest * 2, longest_pause)) {
        try {
            auto job = [place = place_](pg::transaction& t) {
                return store::read_offset(t, place);
            };
            const auto now = co_await database_.read(std::move(job), clock_.steady_now() + job_patience);
            co_return now.value_or(-1);
        } catch (const std::exception&) {
            metrics_.retries.Increment();
        }
        co_await pause(rest);
    }
    co_return std::nullopt;
}

} // namespace voltlane::workers
