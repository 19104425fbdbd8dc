#include "workers/pools/relay.hpp"

#include "shared/base/log.hpp"
#include "shared/events/topics.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto contest_every = 1s;    // tries for shards that others hold
constexpr auto measure_every = 5s;    // the age of the oldest record
constexpr auto full_look_every = 10s; // from the first id on: what committed very late
constexpr auto patience = 10s;        // one database job
// Within the time for an orderly stop, and below the 10 s after which the server ends an idle relay's session
// (pg/settings.cpp). A round waits for its commits, so these are shorter; an init holds up nobody.
constexpr auto init_patience = 8s;
constexpr auto commit_patience = 3s;
constexpr auto pause_after_failure = 500ms;
constexpr auto rest_of_failed_shard = 2s;
// Looks begin this far below the oldest id known: behind a transaction that is open for long, deleted rows
// stay in the index, and a look from its beginning would pass all of them. Ids that commit still later wait
// for the full look.
constexpr std::int64_t late_ids = 100'000;

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

// On the database thread, while run() waits for it.
relay::look relay::look_at_outbox(pg::database& db, const look_request& request) {
    look found;
    auto& c = db.get();
    found.session = c.backend_pid();
    const bool same = found.session == request.session;
    try {
        std::vector<store::shard_look> wanted;
        for (std::int16_t s = 0; s < store::outbox_shards; ++s) {
            const bool held = shards_[static_cast<std::size_t>(s)].held && same;
            if (!held && !((request.contend || !same) && store::try_lock_shard(c, s))) continue;
            found.locked.push_back(s);
            if (const auto above = request.above[static_cast<std::size_t>(s)])
                wanted.push_back({s, held ? *above : 0});
        }
        c.run(pg::access::read_write, [&](pg::transaction& t) {
            if (!wanted.empty())
                found.rows = store::read_outbox(t, wanted, settings_.most, settings_.most_bytes);
            if (request.measure) found.oldest_seconds = store::outbox_age(t);
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
    for (auto& row : found.rows) {
        auto& shard = shards_[static_cast<std::size_t>(row.shard)];
        if (shard.rows.empty()) shard.floor = row.id;
        shard.rows.push_back(std::move(row));
    }
    metrics_.shards.Set(static_cast<double>(found.locked.size()));
    if (found.oldest_seconds) metrics_.age.Set(*found.oldest_seconds);
}

// One look, one Kafka transaction per shard that has something, one delete. True: a shard was read to the
// limit, more is waiting. (Without a pause in between, transactions of a few records each would keep broker
// and client busy.)
async::awaitable<bool> relay::round() {
    look_request request;
    request.session = session_;
    const auto now = clock_.steady_now();
    const auto due = [now](async::steady_point& next, std::chrono::seconds every) {
        if (now < next) return false;
        next = now + every;
        return true;
    };
    request.contend = due(next_contest_, contest_every);
    request.measure = due(next_measure_, measure_every);
    const bool full = due(next_full_look_, full_look_every);
    for (std::size_t s = 0; s < shards_.size(); ++s)
        if (!shards_[s].preparing && now >= shards_[s].not_before)
            request.above[s] = full ? 0 : shards_[s].floor - late_ids;
    auto job = [this, request](pg::database& db) {
        return look_at_outbox(db, request);
    };
    take(co_await database_->with(std::move(job), now + patience));

    for (std::int16_t s = 0; s < store::outbox_shards; ++s) {
        auto& shard = shards_[static_cast<std::size_t>(s)];
        if (shard.rows.empty() || shard.preparing) continue;
        if (!shard.producer) {
            shard.preparing = true;
            tasks_.spawn([this, s] { return prepare(s); });
            continue;
        }
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
        more |= s.more && !s.published.empty();
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

// The rows at hand were read before the fence stood: the next look reads them again.
async::awaitable<void> relay::prepare(std::int16_t number) {
    auto& s = shards_[static_cast<std::size_t>(number)];
    auto fresh = std::make_unique<kafka::transactional_producer>(producer_settings(number));
    bool done = false;
    try {
        done = !co_await fresh->init(clock_.steady_now() + init_patience);
    } catch (const boost::system::system_error& e) {
        log().warn("shard {}: {}", number, e.what());
    }
    s.preparing = false;
    if (!done) {
        failed(s);
        co_return;
    }
    if (s.held) s.producer = std::move(fresh);
    timer_.cancel();
}

void relay::failed(shard& s) {
    metrics_.failures.Increment();
    s.producer.reset();
    s.not_before = clock_.steady_now() + rest_of_failed_shard;
}

async::awaitable<void> relay::publish(std::int16_t number) {
    auto& s = shards_[static_cast<std::size_t>(number)];
    bool done = false;
    try {
        done = co_await publish_rows(number);
    } catch (const boost::system::system_error& e) {
        log().warn("shard {}: {}", number, e.what()); // no thread in time: stopping, or a broker that hangs
    }
    if (!done) {
        s.published.clear();
        failed(s);
    }
    if (--publishing_ == 0) published_.cancel();
}

// One transaction of the rows that were read, or of those that the client's queue takes at once.
async::awaitable<bool> relay::publish_rows(std::int16_t number) {
    auto& s = shards_[static_cast<std::size_t>(number)];
    if (const auto failed = s.producer->begin()) {
        fenced_ |= failed == errc::fenced;
        co_return false;
    }
    s.more = static_cast<std::int64_t>(s.rows.size()) >= settings_.most;
    std::int64_t bytes = 0;
    for (const auto& row : s.rows) {
        const auto outcome = produce(s, row);
        if (outcome == produced::failed) co_return false;
        if (outcome == produced::full) {
            if (s.published.empty()) co_return false;
            s.more = true;
            break;
        }
        s.published.push_back(row.id);
        if (row.record.value) bytes += static_cast<std::int64_t>(row.record.value->size());
    }
    s.more |= bytes >= settings_.most_bytes;
    const auto failed = co_await s.producer->commit(clock_.steady_now() + commit_patience);
    fenced_ |= failed == errc::fenced;
    co_return !failed;
}

relay::produced relay::produce(shard& s, const store::queued_record& row) {
    const auto version = std::to_string(row.record.version);
    const auto id = "outbox/" + std::to_string(row.id);
    const std::array<kafka::header_view, 2> headers{
        {{events::topic::header_event_id, id}, {events::topic::header_version, version}}};
    kafka::record record;
    record.topic = s.producer->topic(row.record.topic);
    record.key = row.record.key;
    record.headers = headers;
    record.tombstone = !row.record.value.has_value();
    if (row.record.value) record.value = *row.record.value;
    const auto failed = s.producer->produce(record);
    if (!failed) return produced::queued;
    if (failed == errc::overloaded) return produced::full;
    if (failed == errc::too_large) {
        // It would block its shard for ever.
        log().error("outbox row {} for {} is too large ({} bytes) and was dropped", row.id, row.record.topic,
                    record.value.size());
        return produced::queued;
    }
    fenced_ |= failed == errc::fenced;
    return produced::failed;
}

async::awaitable<bool> relay::stop(async::steady_point deadline) {
    stopping_ = true;
    timer_.cancel();
    co_return co_await tasks_.join(deadline);
}

} // namespace voltlane::workers
