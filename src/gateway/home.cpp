#include "gateway/home.hpp"

#include "gateway/replies.hpp"
#include "shared/events/topics.hpp"
#include "shared/kafka/insist.hpp"

#include <array>

namespace voltlane::gateway {
namespace {

namespace topic = events::topic;

constexpr std::chrono::seconds start_patience{10};

kafka::reader_settings follow(const kafka::client_settings& client, std::string_view name,
                              kafka::source::start from, std::vector<std::int32_t> partitions = {}) {
    kafka::source s;
    s.topic = name;
    s.from = from;
    s.partitions = std::move(partitions);
    return {client, {s}};
}

} // namespace

home::home(async::executor ex, const kafka::client_settings& client, const shard_settings& settings,
           kafka::publisher& publisher, kafka::consumer_metrics& consumer, gateway_metrics& metrics)
    : executor_(ex)
    , settings_(settings)
    , publisher_(publisher)
    , metrics_(metrics)
    , log_(log::get("gateway"))
    , directory_(follow(client, topic::directory, kafka::source::start::beginning), ex, consumer)
    , presence_(follow(client, topic::presence, kafka::source::start::end), ex, consumer)
    , commands_(follow(client, topic::commands, kafka::source::start::end, {settings.partition()}), ex,
                consumer)
    , group_(
          ex,
          [this](std::exception_ptr failure) {
              try {
                  std::rethrow_exception(failure);
              } catch (const std::exception& e) {
                  log_->critical("a reader ended with an exception: {}", e.what());
              }
              std::abort(); // a gateway that hears nothing more must not go on: its platform starts it anew
          })
    , beat_timer_(ex)
    , mail_(ex, [this](std::vector<roster_news>& batch) {
        for (const auto& news : batch)
            roster_.apply(news);
    }) {}

void home::start(std::vector<shard*> shards) {
    shards_ = std::move(shards);
    group_.spawn([this] { return follow_directory(); });
    group_.spawn([this] { return follow_presence(); });
    group_.spawn([this] { return follow_commands(); });
    group_.spawn([this] { return beat(); });
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): a member of this object
async::awaitable<bool> home::open(kafka::reader& r, std::string_view what) {
    auto attempt = [&r] {
        return r.start(std::chrono::steady_clock::now() + start_patience);
    };
    auto over = [this] {
        return leaving_;
    };
    auto failed = [this, what](error_code why) {
        log_->warn("cannot read {} yet: {}", what, why.message());
    };
    co_return co_await kafka::insist(executor_, attempt, over, failed);
}

// A position that the log no longer has (a log made anew, or lost): from its beginning; deadlines, epochs and
// ids take care of what is read twice.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): a member of this object
async::awaitable<bool> home::recover(kafka::reader& r, std::string_view what, error_code why) {
    if (leaving_ || why == errc::stopped) co_return false;
    log_->error("{}: {}; read again from its beginning", what, why.message());
    async::steady_timer pause(executor_);
    pause.expires_after(kafka::insist_pause);
    co_await pause.async_wait(async::use_tuple);
    if (leaving_) co_return false;
    auto attempt = [&r] {
        return r.restart(std::chrono::steady_clock::now() + start_patience);
    };
    auto over = [this] {
        return leaving_;
    };
    auto failed = [this, what](error_code e) {
        log_->error("{}: still not read: {}", what, e.message());
    };
    co_return co_await kafka::insist(executor_, attempt, over, failed);
}

void home::tell_shards(const shard_mail& what) {
    for (auto* s : shards_)
        s->mail().push(shard_mail(what));
}

void home::become_ready() {
    if (ready_ || leaving_ || !directory_loaded_ || !presence_at_end_ || !commands_at_end_) return;
    ready_ = true;
    tell_shards(views_loaded{});
    log_->info("ready: the directory is loaded");
}

async::awaitable<void> home::follow_directory() {
    if (!co_await open(directory_, topic::directory)) co_return;
    for (;;) {
        auto batch = co_await directory_.next_batch();
        if (!batch) {
            replay_.lost(std::chrono::steady_clock::now());
            if (!co_await recover(directory_, topic::directory, batch.error())) co_return;
            tell_shards(directory_replay_begins{});
            replay_.begin(std::chrono::steady_clock::now());
            continue;
        }
        std::vector<directory_news> news;
        news.reserve(batch->size());
        for (const auto& r : *batch)
            take_directory(r, news);
        for (auto* s : shards_) {
            std::vector<shard_mail> mail(news.begin(), news.end());
            s->mail().push(std::move(mail));
        }
        if (!directory_loaded_ && directory_.caught_up()) {
            directory_loaded_ = true;
            become_ready();
        }
    }
}

void home::take_directory(const kafka::record_view& r, std::vector<directory_news>& news) {
    auto parsed = events::parse_directory(r.key(), r.value());
    if (!parsed) {
        metrics_.records_corrupt.Increment();
        log_->error("csms.directory {}/{}: unreadable record", r.partition(), r.offset());
        return;
    }
    const auto* g = std::get_if<events::generation_entry>(&parsed->entry);
    if (g != nullptr && !parsed->tombstone && g->topic == topic::presence)
        presence_generation_ = g->generation;
    if (!parsed->tombstone && std::holds_alternative<events::tenant_entry>(parsed->entry))
        replay_.saw_tenant();
    news.push_back(std::make_shared<const events::directory_record>(std::move(*parsed)));
}

async::awaitable<void> home::follow_topic(kafka::reader& reader, std::string_view name, bool& at_end,
                                          void (home::*take)(const kafka::record_view&)) {
    if (!co_await open(reader, name)) co_return;
    at_end = true;
    become_ready();
    for (;;) {
        auto batch = co_await reader.next_batch();
        if (!batch) {
            if (!co_await recover(reader, name, batch.error())) co_return;
            continue;
        }
        for (const auto& r : *batch)
            (this->*take)(r);
    }
}

async::awaitable<void> home::follow_presence() {
    return follow_topic(presence_, topic::presence, presence_at_end_, &home::take_presence);
}

void home::take_presence(const kafka::record_view& r) {
    if (r.tombstone() || r.key().starts_with(events::beat_key_prefix)) return;
    const bool held_here = roster_.find(r.key(), [](std::size_t) {});
    // Others' chargers are none of our business: not even parsed, but for records that may be our own
    // leftovers.
    if (!held_here && r.value().find(settings_.instance) == std::string_view::npos) return;
    auto parsed = events::parse_presence(r.value());
    auto key = parse_charger_key(r.key());
    if (!parsed || !key) {
        metrics_.records_corrupt.Increment();
        return;
    }
    const presence_note note{std::move(*key), std::move(*parsed), {presence_generation_, r.offset()}};
    if (held_here)
        roster_.find(r.key(), [&](std::size_t i) { shards_[i]->mail().push(shard_mail(note)); });
    else
        close_ownerless(note);
}

// Our own `opened`, and its connection is gone: it went before the record was known to be in the log.
void home::close_ownerless(const presence_note& note) {
    if (note.record.instance != settings_.instance || note.record.state != events::presence_state::opened)
        return;
    auto p = note.record;
    p.state = events::presence_state::closed;
    p.connection = note.place;
    p.at = clock_.now();
    const auto value = encode(p);
    const auto key = to_string(note.key);
    const std::array<kafka::header_view, 1> headers{{{topic::header_version, "1"}}};
    kafka::record r;
    r.topic = settings_.topics.presence;
    r.key = key;
    r.value = value;
    r.headers = headers;
    publisher_.publish_detached(r);
}

async::awaitable<void> home::follow_commands() {
    return follow_topic(commands_, topic::commands, commands_at_end_, &home::take_command);
}

// By the instance, by the name, or to an earlier start of this gateway (`<name>.<suffix>`): that one answers
// no more.
bool home::addressed_to_us(std::string_view gateway) const {
    if (gateway == settings_.instance || gateway == settings_.gateway) return true;
    return gateway.starts_with(settings_.gateway) &&
           gateway.substr(settings_.gateway.size()).starts_with('.');
}

void home::take_command(const kafka::record_view& r) {
    auto c = events::parse_command(r.value());
    if (!c) {
        metrics_.records_corrupt.Increment();
        log_->error("ocpp.commands {}/{}: unreadable record", r.partition(), r.offset());
        return;
    }
    if (!addressed_to_us(c->gateway)) return;
    metrics_.commands_received.Increment();
    const auto key = to_string(c->key);
    bool sent = false;
    roster_.find(key, [&](std::size_t i) {
        sent = true;
        shards_[i]->mail().push(shard_mail(*c));
    });
    if (!sent) report_undeliverable(publisher_, settings_, *c, clock_.now(), metrics_);
}

void home::watch_directory() {
    const auto now = std::chrono::steady_clock::now();
    if (replay_.ends(directory_.caught_up(), now)) {
        tell_shards(directory_replay_ends{});
        log_->info("csms.directory is read again: what it no longer holds is forgotten");
    }
    std::chrono::duration<double> age{0};
    if (replay_.since())
        age = now - *replay_.since();
    else if (directory_loaded_ && !directory_.at_end())
        age = now - directory_.last_progress();
    metrics_.directory_age.Set(age.count());
}

async::awaitable<void> home::beat() {
    while (!leaving_) {
        publish_beat(false);
        metrics_.ready.Set(ready_ ? 1 : 0);
        watch_directory();
        beat_timer_.expires_after(beat_every);
        co_await beat_timer_.async_wait(async::use_tuple);
    }
}

void home::publish_beat(bool leaving) {
    events::beat b;
    b.gateway = settings_.gateway;
    b.instance = settings_.instance;
    b.partition = settings_.partition;
    b.chargers = static_cast<std::int64_t>(roster_.size());
    b.leaving = leaving;
    b.at = clock_.now();
    const auto value = encode(b);
    const auto key = std::string(events::beat_key_prefix) + settings_.instance;
    const std::array<kafka::header_view, 1> headers{{{topic::header_version, "1"}}};
    kafka::record r;
    r.topic = settings_.topics.presence;
    r.key = key;
    r.value = value;
    r.headers = headers;
    publisher_.publish_detached(r);
}

void home::leave() {
    leaving_ = true;
    ready_ = false;
    metrics_.ready.Set(0);
    beat_timer_.cancel();
    publish_beat(true);
}

async::awaitable<void> home::stop(async::steady_point deadline) {
    leaving_ = true;
    co_await directory_.stop(deadline);
    co_await presence_.stop(deadline);
    co_await commands_.stop(deadline);
    group_.stop();
    co_await group_.join(deadline);
}

} // namespace voltlane::gateway
