#include "api/live/live_reader.hpp"

#include "api/live/event_json.hpp"
#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/events/changes.hpp"
#include "shared/events/topics.hpp"
#include "shared/kafka/insist.hpp"
#include "shared/store/offsets.hpp"

#include <array>

namespace voltlane::api {
namespace {

constexpr std::chrono::seconds try_again{1};
constexpr std::chrono::seconds patience{10}; // for one answer of the broker or the database
constexpr std::chrono::seconds second{1};
constexpr std::chrono::seconds stop_patience{3};

constexpr std::array live_names{events::topic::sessions, events::topic::stations, events::topic::replies};

std::optional<live_topic> live_topic_of(std::string_view name) {
    for (std::size_t i = 0; i < live_names.size(); ++i)
        if (live_names[i] == name) return static_cast<live_topic>(i);
    return std::nullopt;
}

void report(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::get("api")->critical("a reader of the log ended: {}", e.what());
        throw; // without it this pod would answer from an old view for ever
    }
}

bool never() {
    return false; // stop() ends the reader, and with it every attempt
}

void cannot_read(error_code why) {
    log::get("api")->warn("the log cannot be read yet: {}", why.message());
}

async::steady_point in(std::chrono::seconds s) {
    return std::chrono::steady_clock::now() + s;
}

async::awaitable<void> sleep(async::executor ex, std::chrono::seconds s) {
    async::steady_timer timer(ex, s);
    co_await timer.async_wait(async::use);
}

} // namespace

live_reader::live_reader(async::executor home, kafka::client_settings client,
                         kafka::consumer_metrics& consumer, pg::pool& database, presence_view& presence,
                         command_desk& desk, event_hub& hub, const clock& c, metrics& m)
    : home_(home)
    , client_(std::move(client))
    , consumer_(consumer)
    , database_(database)
    , presence_(presence)
    , desk_(desk)
    , hub_(hub)
    , spellings_(database)
    , clock_(c)
    , metrics_(m)
    , group_(home, report) {}

void live_reader::start() {
    group_.spawn([this] { return follow_presence(); });
    group_.spawn([this] { return follow_live(); });
    group_.spawn([this] { return watch_silence(); });
    group_.spawn([this] { return tick(); });
}

async::awaitable<std::map<std::string, std::int32_t>> live_reader::read_generations() {
    auto work = [](pg::transaction& t) {
        std::map<std::string, std::int32_t> found;
        for (const auto name : {events::topic::presence, events::topic::sessions, events::topic::stations,
                                events::topic::replies})
            if (const auto g = store::log_generation(t, name)) found[std::string(name)] = *g;
        return found;
    };
    for (;;) {
        std::map<std::string, std::int32_t> found;
        try {
            found = co_await database_.read(work, in(patience));
        } catch (const std::exception& e) {
            log::get("api")->warn("generations of the logs are not known yet: {}", e.what());
        }
        if (found.size() == live_names.size() + 1) co_return found;
        co_await sleep(home_, try_again);
    }
}

async::awaitable<bool> live_reader::begin(kafka::reader& r) {
    auto attempt = [&r] {
        return r.start(in(patience));
    };
    co_return co_await kafka::insist(home_, attempt, never, cannot_read);
}

async::awaitable<bool> live_reader::begin_anew(kafka::reader& r, error_code why) {
    log::get("api")->error("a place in the log is gone ({}): read again from the beginning", why.message());
    co_await sleep(home_, try_again);
    auto attempt = [&r] {
        return r.restart(in(patience));
    };
    co_return co_await kafka::insist(home_, attempt, never, cannot_read);
}

void live_reader::unreadable(const kafka::record_view& record) {
    static log::limiter limit{std::chrono::seconds(10)};
    if (const auto n = limit.due(std::chrono::steady_clock::now()))
        log::get("api")->error("{}/{}@{} cannot be read, skipped ({} such)", record.topic(),
                               record.partition(), record.offset(), n);
}

void live_reader::take_presence(const kafka::record_view& record, std::int32_t generation) {
    if (record.tombstone()) return;
    if (record.key().starts_with(events::beat_key_prefix)) {
        const auto beat = events::parse_beat(record.value());
        if (!beat) return unreadable(record);
        presence_.apply(*beat, !presence_caught_up_);
        return;
    }
    const auto key = parse_charger_key(record.key());
    const auto word = events::parse_presence(record.value());
    if (!key || !word) return unreadable(record);
    presence_.apply(*key, *word, epoch{generation, record.offset()});
}

void live_reader::note_presence_end() {
    if (presence_caught_up_ || !presence_reader_->caught_up()) return;
    presence_caught_up_ = true;
    log::get("api")->info("presence is read: {} charge points", presence_.size());
}

async::awaitable<void> live_reader::follow_presence() {
    const auto generations = co_await read_generations();
    const auto generation = generations.at(std::string(events::topic::presence));
    kafka::reader_settings settings{client_, {{.topic = std::string(events::topic::presence)}}};
    presence_reader_ = std::make_unique<kafka::reader>(std::move(settings), home_, consumer_);
    if (!co_await begin(*presence_reader_)) co_return;
    note_presence_end(); // an empty log is read already
    for (;;) {
        const auto batch = co_await presence_reader_->next_batch();
        if (!batch) {
            if (batch.error() == errc::stopped) co_return;
            // A place that retention or compaction took away: the view is built anew, and until it is,
            // silence means nothing and beats may be old ones.
            presence_caught_up_ = false;
            if (!co_await begin_anew(*presence_reader_, batch.error())) co_return;
            presence_.clear();
            note_presence_end();
            continue;
        }
        for (const auto& record : *batch)
            take_presence(record, generation);
        note_presence_end();
        metrics_.presence_chargers.Set(static_cast<double>(presence_.size()));
    }
}

std::vector<charger_key> live_reader::take_replies(const kafka::record_batch& all) {
    std::vector<charger_key> keys;
    for (const auto& record : all) {
        if (record.topic() != events::topic::replies || record.tombstone()) continue;
        const auto reply = events::parse_reply(record.value());
        if (!reply) continue; // take_live reports it
        desk_.on_reply(*reply);
        keys.push_back(reply->command.key);
    }
    return keys;
}

void live_reader::take_live(const kafka::record_view& record) {
    const auto topic = live_topic_of(record.topic());
    const auto key = parse_charger_key(record.key());
    if (!topic) return;
    hub_.advance(*topic, record.partition(), record.offset() + 1);
    if (record.tombstone()) return;
    if (!key) return unreadable(record);
    live_event e;
    e.topic = *topic;
    e.partition = record.partition();
    e.offset = record.offset();
    e.tenant = key->tenant;
    switch (*topic) {
    case live_topic::sessions: {
        const auto change = events::parse_session_change(record.value());
        if (!change) return unreadable(record);
        e.type = "session";
        e.data = event_json(*change, clock_.now());
        // A session of nobody's is its tenant's administrators' only: an owner that no account has.
        e.owner = change->started_by ? change->started_by : change->account.value_or(account_id(0));
        hub_.add(std::move(e), change->kind == "updated", change->id());
        break;
    }
    case live_topic::stations: {
        const auto change = events::parse_station_change(record.value());
        if (!change) return unreadable(record);
        e.type = "station";
        e.data = event_json(*change);
        hub_.add(std::move(e), false, 0);
        break;
    }
    case live_topic::replies: {
        const auto reply = events::parse_reply(record.value());
        if (!reply) return unreadable(record);
        e.type = "command";
        e.data = event_json(*reply, spellings_.of(reply->command.key));
        e.owner = reply->command.by;
        hub_.add(std::move(e), false, 0);
        break;
    }
    }
}

void live_reader::begin_hub(const std::map<std::string, std::int32_t>& generations) {
    live_position start;
    for (std::size_t i = 0; i < live_names.size(); ++i) {
        start.logs[i].generation = generations.at(std::string(live_names[i]));
        start.logs[i].next.resize(static_cast<std::size_t>(live_->partition_count(live_names[i])));
    }
    for (const auto& [place, next] : live_->positions())
        if (const auto topic = live_topic_of(place.topic))
            start[*topic].next.at(static_cast<std::size_t>(place.partition)) = next;
    hub_.begin(std::move(start));
}

async::awaitable<void> live_reader::follow_live() {
    const auto generations = co_await read_generations();
    kafka::reader_settings settings{client_, {}};
    for (const auto name : live_names) {
        kafka::source s{.topic = std::string(name), .from = kafka::source::start::since};
        s.since = clock_.now() - event_hub::keep;
        settings.sources.push_back(std::move(s));
    }
    live_ = std::make_unique<kafka::reader>(std::move(settings), home_, consumer_);
    if (!co_await begin(*live_)) co_return;
    begin_hub(generations);
    live_caught_up_ = live_->caught_up();
    for (;;) {
        const auto batch = co_await live_->next_batch();
        if (!batch) {
            if (batch.error() == errc::stopped) co_return;
            if (!co_await begin_anew(*live_, batch.error())) co_return;
            begin_hub(generations);
            continue;
        }
        co_await spellings_.learn(take_replies(*batch));
        for (const auto& record : *batch)
            take_live(record);
        live_caught_up_ = live_caught_up_ || live_->caught_up();
    }
}

async::awaitable<void> live_reader::watch_silence() {
    for (;;) {
        co_await sleep(home_, second);
        if (!presence_caught_up_) continue;
        const auto quiet = presence_.silent();
        if (quiet.empty()) continue;
        // Silence means something only where this reader has heard everything there is.
        const bool heard_all = co_await presence_reader_->confirm_end(in(patience));
        if (!heard_all || !presence_caught_up_) continue; // or it lost its place meanwhile
        presence_.declare_gone(quiet);
        for (const auto& instance : quiet)
            log::get("api")->warn("gateway {} is silent: its chargers count as disconnected", instance);
    }
}

async::awaitable<void> live_reader::tick() {
    for (;;) {
        co_await sleep(home_, second);
        hub_.tick();
        desk_.sweep();
    }
}

async::awaitable<void> live_reader::stop() {
    group_.stop();
    if (presence_reader_) co_await presence_reader_->stop(in(stop_patience));
    if (live_) co_await live_->stop(in(stop_patience));
    co_await group_.join(std::chrono::steady_clock::now() + std::chrono::milliseconds(200));
}

} // namespace voltlane::api
