#include "workers/runtime/partition_runner.hpp"

#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/events/topics.hpp"

#include <algorithm>
#include <utility>

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

// Counts a partition as stuck from set() on, for as long as this lives.
class stuck_mark {
public:
    explicit stuck_mark(metrics::gauge& gauge) : gauge_(gauge) {}
    ~stuck_mark() {
        if (set_) gauge_.Decrement();
    }
    stuck_mark(const stuck_mark&) = delete;
    stuck_mark& operator=(const stuck_mark&) = delete;
    bool set() { // true: it was not before
        if (std::exchange(set_, true)) return false;
        gauge_.Increment();
        return true;
    }

private:
    metrics::gauge& gauge_;
    bool set_ = false;
};

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
    , size_(settings.most)
    , complaints_(10s)
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
        if (!next) {
            if (next.error() == errc::not_found) co_return ending::lost_log;
            co_return next.error() == errc::unavailable ? ending::again : ending::over;
        }
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

// Until the position stands at the batch's end, in pieces where it is too heavy as a whole. Fenced, yet
// perhaps still ours (the last batch of an assignment before this one was in flight): what that batch did not
// cover is written from where the table stands.
async::awaitable<partition_runner::ending> partition_runner::advance(std::shared_ptr<batch> b,
                                                                     bool& written) {
    while (stored_ < b->to) {
        const auto outcome = co_await write(b);
        if (outcome == step::over) co_return ending::over;
        if (outcome == step::written) continue;
        const auto now = co_await read_position();
        if (!now) co_return ending::over;
        log().warn("pool {} partition {}: another owner moved the position from {} to {}", place_.pool,
                   place_.partition, stored_, *now);
        if (*now < 0) co_return ending::lost_log;    // the row is gone
        if (*now < stored_) co_return ending::again; // a failover to a server without the last commits
        stored_ = b->from = *now;
        std::erase_if(b->sources, [now](const source_record& r) { return r.offset < *now; });
    }
    written = true;
    co_return ending::over;
}

// One piece of the batch: as many of its events as size_ allows.
async::awaitable<partition_runner::step> partition_runner::write(std::shared_ptr<batch> b) {
    stuck_mark stuck(metrics_.stuck);
    int tries = 0;
    for (auto rest = first_pause; !stopping_;
         rest = std::min<std::chrono::milliseconds>(rest * 2, longest_pause)) {
        const auto size = std::min(size_.now(), b->sources.size());
        const auto to = size < b->sources.size() ? b->sources[size].offset : b->to;
        try {
            auto job = [w = writer_, h = handler_, b, size, to](pg::database& db) {
                return w->write(db, *h, std::span(b->sources).first(size), b->from, to);
            };
            const auto outcome = co_await database_.with(std::move(job), clock_.steady_now() + job_patience);
            if (outcome == batch_outcome::fenced) co_return step::fenced;
            size_.succeeded();
            stored_ = b->from = to;
            b->sources.erase(b->sources.begin(), b->sources.begin() + static_cast<std::ptrdiff_t>(size));
            last_move_ = clock_.steady_now();
            if (b->oldest_ms >= 0) {
                const auto age = clock_.now() - timestamp(std::chrono::milliseconds(b->oldest_ms));
                metrics_.age.Set(std::chrono::duration<double>(age).count());
            }
            co_return step::written;
        } catch (const std::exception& e) {
            // The database is away, its threads are busy, or a bug: the events stay in the log.
            if (report_trouble(*b, size, e, ++tries) && stuck.set())
                log().critical("pool {} partition {}: stuck at offset {}: {}", place_.pool, place_.partition,
                               b->from, e.what());
        }
        if (size_.now() < size) rest = first_pause; // another batch, so to say
        co_await pause(rest);
    }
    co_return step::over;
}

// True: repeating it will not help, and it cannot be made smaller. A person has to.
bool partition_runner::report_trouble(const batch& b, std::size_t size, const std::exception& e, int tries) {
    metrics_.retries.Increment();
    const auto* failure = dynamic_cast<const pg::failure*>(&e);
    const std::string_view state = failure ? std::string_view(failure->sqlstate()) : std::string_view();
    size_.failed(state, size);
    const bool heavy = batch_size::too_heavy(state);
    const bool stuck =
        tries >= 2 && failure && (heavy ? size <= 1 : failure->kind() == pg::failure_kind::defect);
    if (const auto times = complaints_.due(clock_.steady_now()))
        log().log(stuck ? spdlog::level::critical : spdlog::level::warn,
                  "pool {} partition {}: batch of {} events at offset {} {} ({} tries): {}", place_.pool,
                  place_.partition, size, b.from, stuck ? "cannot be written" : "waits", times, e.what());
    return stuck;
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
