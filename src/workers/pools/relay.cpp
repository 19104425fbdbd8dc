#include "workers/pools/relay.hpp"

#include "shared/base/log.hpp"
#include "shared/events/topics.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto contest_every = 1s;  // tries for shards that others hold
constexpr auto measure_every = 5s;  // the age of the oldest record
constexpr auto patience = 10s;      // one database job
constexpr auto kafka_patience = 8s; // init or commit of one transaction; within the time for an orderly stop
constexpr auto pause_after_failure = 500ms;

spdlog::logger& log() {
    static const auto logger = voltlane::log::get("relay");
    return *logger;
}

void report_failure(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log().critical("{}", e.what());
    }
    std::terminate(); // a bug; the outbox keeps everything
}

} // namespace

relay::relay(relay_settings settings, metrics::registry& registry, pg::metrics& database_metrics,
             const clock& clock, async::executor ex)
    : settings_(std::move(settings))
    , metrics_(registry)
    , clock_(clock)
    , executor_(ex)
    , database_(std::make_unique<pg::pool>(settings_.database, 1, 4, database_metrics))
    , tasks_(ex, &report_failure)
    , timer_(ex)
    , published_(ex) {}

relay::~relay() = default;

kafka::transactional_settings relay::producer_settings(std::int16_t number) const {
    kafka::transactional_settings s;
    s.producer.client = settings_.kafka;
    s.producer.topics = settings_.topics;
    s.producer.linger = 0ms; // a transaction's records are batched by its commit
    s.transactional_id = settings_.id_prefix + std::to_string(number);
    return s;
}

void relay::start() {
    tasks_.spawn([this] { return run(); });
}

async::awaitable<void> relay::run() {
    voltlane::log::limiter complaints(10s);
    while (!stopping_) {
        auto rest = std::chrono::milliseconds(0);
        std::string trouble;
        try {
            if (!co_await round()) rest = settings_.poll;
        } catch (const std::exception& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) {
            if (const auto times = complaints.due(clock_.steady_now()))
                log().warn("the outbox waits for the database ({} tries): {}", times, trouble);
            rest = pause_after_failure;
        }
        if (stopping_ || rest == 0ms) continue;
        timer_.expires_after(rest);
        co_await timer_.async_wait(async::use_tuple);
    }
}

// On the database thread.
relay::look relay::look_at_outbox(pg::database& db, int session, bool contend, bool measure) {
    look found;
    auto& c = db.get();
    found.session = c.backend_pid();
    try {
        std::vector<std::int16_t> mine;
        for (std::int16_t s = 0; s < store::outbox_shards; ++s) {
            const bool held = shards_[static_cast<std::size_t>(s)].held && found.session == session;
            if (held || ((contend || found.session != session) && store::try_lock_shard(c, s)))
                mine.push_back(s);
        }
        found.locked = mine;
        c.run(pg::access::read_write, [&](pg::transaction& t) {
            if (!mine.empty()) found.rows = store::read_outbox(t, mine, settings_.most);
            if (measure) found.oldest_seconds = store::outbox_age(t);
        });
    } catch (...) {
        db.drop(); // with it the locks, which somebody else may hold by now
        throw;
    }
    return found;
}

void relay::take(look found) {
    session_ = found.session;
    for (std::int16_t s = 0; s < store::outbox_shards; ++s) {
        auto& shard = shards_[static_cast<std::size_t>(s)];
        const bool held = std::find(found.locked.begin(), found.locked.end(), s) != found.locked.end();
        if (held != shard.held) log().info("shard {} {}", s, held ? "taken" : "lost");
        if (!held) shard.producer.reset();
        shard.held = held;
        shard.rows.clear();
        shard.published.clear();
    }
    for (auto& row : found.rows)
        shards_[static_cast<std::size_t>(row.shard)].rows.push_back(std::move(row));
    metrics_.shards.Set(static_cast<double>(found.locked.size()));
    if (found.oldest_seconds) metrics_.age.Set(*found.oldest_seconds);
}

// One look, one Kafka transaction per shard that has something, one delete. True: a shard was read to the
// limit, more is waiting. (Without a pause in between, transactions of a few records each would keep broker
// and client busy.)
async::awaitable<bool> relay::round() {
    const auto now = clock_.steady_now();
    const bool contend = now >= next_contest_;
    const bool measure = now >= next_measure_;
    if (contend) next_contest_ = now + contest_every;
    if (measure) next_measure_ = now + measure_every;
    auto job = [this, session = session_, contend, measure](pg::database& db) {
        return look_at_outbox(db, session, contend, measure);
    };
    take(co_await database_->with(std::move(job), now + patience));

    for (std::int16_t s = 0; s < store::outbox_shards; ++s) {
        if (shards_[static_cast<std::size_t>(s)].rows.empty()) continue;
        ++publishing_;
        tasks_.spawn([this, s] { return publish(s); });
    }
    while (publishing_ > 0) {
        published_.expires_at(async::steady_point::max());
        co_await published_.async_wait(async::use_tuple);
    }

    std::vector<std::int64_t> ids;
    bool more = false;
    for (const auto& s : shards_) {
        ids.insert(ids.end(), s.published.begin(), s.published.end());
        more |= static_cast<std::int64_t>(s.published.size()) >= settings_.most;
    }
    if (!ids.empty()) {
        auto erase = [ids](pg::transaction& t) {
            store::delete_published(t, ids);
        };
        co_await database_->run(std::move(erase), clock_.steady_now() + patience);
        metrics_.published.Increment(static_cast<double>(ids.size()));
    }
    if (fenced_) {
        // Somebody else published for a shard that we believed to hold: give all locks back and contend anew.
        fenced_ = false;
        auto give_up = [](pg::database& db) {
            db.drop();
        };
        co_await database_->with(std::move(give_up), clock_.steady_now() + patience);
    }
    co_return more;
}

async::awaitable<void> relay::publish(std::int16_t number) {
    auto& s = shards_[static_cast<std::size_t>(number)];
    bool done = false;
    try {
        done = co_await publish_rows(number);
    } catch (const boost::system::system_error& e) {
        log().warn("shard {}: {}", number, e.what()); // no thread in time: stopping, or a broker that hangs
    }
    if (done) {
        for (const auto& r : s.rows)
            s.published.push_back(r.id);
    } else {
        metrics_.failures.Increment();
        s.producer.reset();
    }
    if (--publishing_ == 0) published_.cancel();
}

async::awaitable<bool> relay::publish_rows(std::int16_t number) {
    auto& s = shards_[static_cast<std::size_t>(number)];
    if (!s.producer) {
        auto fresh = std::make_unique<kafka::transactional_producer>(producer_settings(number));
        const auto failed = co_await fresh->init(clock_.steady_now() + kafka_patience);
        if (failed) co_return false;
        s.producer = std::move(fresh);
    }
    if (const auto failed = s.producer->begin()) {
        fenced_ |= failed == errc::fenced;
        co_return false;
    }
    for (const auto& r : s.rows) {
        const auto version = std::to_string(r.record.version);
        const auto id = "outbox/" + std::to_string(r.id);
        const std::array<kafka::header_view, 2> headers{
            {{events::topic::header_event_id, id}, {events::topic::header_version, version}}};
        kafka::record record;
        record.topic = s.producer->topic(r.record.topic);
        record.key = r.record.key;
        record.headers = headers;
        record.tombstone = !r.record.value.has_value();
        if (r.record.value) record.value = *r.record.value;
        const auto failed = s.producer->produce(record);
        if (failed == errc::too_large) {
            // It would block its shard for ever.
            log().error("outbox row {} for {} is too large ({} bytes) and was dropped", r.id, r.record.topic,
                        record.value.size());
            continue;
        }
        if (failed) {
            fenced_ |= failed == errc::fenced;
            co_return false;
        }
    }
    const auto failed = co_await s.producer->commit(clock_.steady_now() + kafka_patience);
    fenced_ |= failed == errc::fenced;
    co_return !failed;
}

async::awaitable<bool> relay::stop(async::steady_point deadline) {
    stopping_ = true;
    timer_.cancel();
    co_return co_await tasks_.join(deadline);
}

} // namespace voltlane::workers
