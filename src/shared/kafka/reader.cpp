#include "shared/kafka/reader.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/client.hpp"
#include "shared/kafka/errors.hpp"
#include "shared/kafka/on_thread.hpp"
#include "shared/kafka/queue_watch.hpp"

#include <algorithm>
#include <utility>

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::chrono::milliseconds leave_pause{1};
// Events looked at per batch beside records: errors and partition ends.
constexpr std::size_t other_events = 256;

result<std::map<topic_partition, std::int64_t>>
ends_of(rd_kafka_s& client, std::vector<topic_partition> places, async::steady_point deadline) {
    std::map<topic_partition, std::int64_t> ask;
    for (auto& p : places)
        ask.emplace(std::move(p), log_end);
    return resolve_offsets(client, ask, deadline);
}

} // namespace

struct reader::resolved {
    error_code failed;
    std::map<std::string, std::int32_t, std::less<>> counts;
    std::map<topic_partition, place> places;
};

reader::reader(reader_settings settings, async::executor ex, consumer_metrics& metrics)
    : settings_(std::move(settings))
    , executor_(ex)
    , metrics_(metrics) {
    conf c = consumer_conf(settings_.client);
    // librdkafka assigns only members of a group; nobody joins or commits in this one.
    c.set("group.id", settings_.client.client_id.empty() ? "voltlane-reader" : settings_.client.client_id);
    c.set("enable.partition.eof", "true").extra(settings_.client);
    c.events(RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_ERROR);
    client_ = make_shared_consumer(std::move(c));
    queue_ = std::make_shared<queue_watch>(queue_holder(rd_kafka_queue_get_consumer(client_.get())), ex);
}

reader::~reader() = default;

reader::resolved reader::resolve(rd_kafka_s& client, const std::vector<source>& sources, bool from_beginning,
                                 async::steady_point deadline) {
    resolved all;
    const auto fail = [&](error_code e) {
        all.failed = e;
        return std::move(all);
    };
    std::vector<std::string> topics;
    for (const auto& s : sources)
        topics.push_back(s.topic);
    auto counts = partition_counts(client, topics, deadline);
    if (!counts) return fail(counts.error());
    all.counts = std::move(*counts);

    std::map<topic_partition, std::int64_t> starts;
    std::vector<topic_partition> places;
    for (const auto& s : sources) {
        const auto count = all.counts[s.topic];
        auto partitions = s.partitions;
        for (std::int32_t p = 0; s.partitions.empty() && p < count; ++p)
            partitions.push_back(p);
        for (const auto p : partitions) {
            if (p < 0 || p >= count) return fail(errc::not_found);
            const topic_partition at{s.topic, p};
            places.push_back(at);
            const auto given = s.offsets.find(p);
            if (from_beginning || s.from == source::start::beginning) {
                starts[at] = log_beginning;
            } else if (s.from == source::start::end) {
                starts[at] = log_end;
            } else if (s.from == source::start::since) {
                starts[at] =
                    std::chrono::duration_cast<std::chrono::milliseconds>(s.since.time_since_epoch()).count();
            } else if (given == s.offsets.end()) {
                starts[at] = log_beginning;
            } else {
                all.places[at].next = given->second;
            }
        }
    }
    auto found = resolve_offsets(client, starts, deadline);
    if (!found) return fail(found.error());
    auto ends = ends_of(client, std::move(places), deadline);
    if (!ends) return fail(ends.error());
    for (const auto& [at, offset] : *found)
        all.places[at].next = offset;
    for (auto& [at, p] : all.places) {
        p.goal = (*ends)[at];
        p.caught_up = p.at_end = p.next >= p.goal;
    }
    return all;
}

async::awaitable<error_code> reader::begin(bool from_beginning, async::steady_point deadline) {
    if (stopped_) co_return errc::stopped;
    auto ask = [client = client_, sources = settings_.sources, from_beginning, deadline] {
        return resolve(*client, sources, from_beginning, deadline);
    };
    auto answer = co_await on_thread(std::move(ask), deadline + std::chrono::seconds(1));
    if (!answer) co_return errc::unavailable;
    if (stopped_) co_return errc::stopped;
    if (answer->failed) co_return answer->failed == errc::timed_out ? errc::unavailable : answer->failed;

    counts_ = std::move(answer->counts);
    places_ = std::move(answer->places);
    pending_ = {};
    current_ = nullptr;
    current_topic_ = nullptr;
    behind_ = not_at_end_ = 0;
    std::map<topic_partition, std::int64_t> list;
    for (const auto& [at, p] : places_) {
        list[at] = p.next;
        behind_ += p.caught_up ? 0 : 1;
        not_at_end_ += p.at_end ? 0 : 1;
    }
    last_progress_ = std::chrono::steady_clock::now();
    const auto rc = rd_kafka_assign(client_.get(), make_list(list).get());
    co_return to_error(rc);
}

async::awaitable<error_code> reader::start(async::steady_point deadline) {
    return begin(false, deadline);
}

async::awaitable<error_code> reader::restart(async::steady_point deadline) {
    log::get("kafka")->warn("reading {} anew from the beginning", settings_.sources.front().topic);
    return begin(true, deadline);
}

reader::place* reader::find_place(const rd_kafka_topic_s* topic, std::int32_t partition) {
    // Records come in runs of one partition.
    if (current_ && topic == current_topic_ && partition == current_partition_) return current_;
    const auto found = places_.find({rd_kafka_topic_name(topic), partition});
    if (found == places_.end()) return nullptr;
    current_topic_ = topic;
    current_partition_ = partition;
    return current_ = &found->second;
}

bool reader::move(place& p, std::int64_t next, bool at_end) {
    p.next = std::max(p.next, next);
    last_progress_ = std::chrono::steady_clock::now();
    bool changed = false;
    if (!p.caught_up && (at_end || p.next >= p.goal)) {
        p.caught_up = true;
        changed = --behind_ == 0;
    }
    if (p.at_end != at_end) {
        p.at_end = at_end;
        not_at_end_ += at_end ? std::size_t(-1) : 1;
        changed |= not_at_end_ == 0;
    }
    return changed;
}

// True: what the owner can see of the ends has changed.
bool reader::take(event_holder event, record_batch& batch) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_FETCH) {
        const rd_kafka_message_t* message = rd_kafka_event_message_next(event.get());
        if (!message || message->err) return false;
        place* p = find_place(message->rkt, message->partition);
        if (!p || message->offset < p->next) return false; // of an assignment before restart()
        const bool changed = move(*p, message->offset + 1, false);
        batch.add(std::move(event), *message);
        return changed;
    }
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) return false;
    const auto code = rd_kafka_event_error(event.get());
    if (rd_kafka_topic_partition_t* at = rd_kafka_event_topic_partition(event.get())) {
        const topic_partition where{at->topic, at->partition};
        const auto offset = at->offset;
        rd_kafka_topic_partition_destroy(at);
        if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            const auto found = places_.find(where);
            return found != places_.end() && offset >= found->second.next &&
                   move(found->second, offset, true);
        }
        if (to_error(code) == errc::not_found) {
            metrics_.out_of_range.Increment();
            log::get("kafka")->error("{}/{}: {}", where.topic, where.partition,
                                     rd_kafka_event_error_string(event.get()));
            pending_ = errc::not_found;
            return true;
        }
    }
    metrics_.errors.Increment();
    log::get("kafka")->debug("reader: {}", rd_kafka_event_error_string(event.get()));
    return false;
}

async::awaitable<result<record_batch>> reader::next_batch(std::size_t most) {
    const auto queue = queue_; // outlives stop() while this coroutine is inside
    // One turn for the sockets per batch, also when records are always there.
    co_await async::asio::post(executor_, async::use);
    for (;;) {
        if (stopped_) co_return errc::stopped;
        if (pending_) co_return std::exchange(pending_, error_code());
        record_batch batch;
        bool changed = false;
        bool empty = false;
        for (std::size_t budget = most + other_events; budget > 0 && batch.size() < most && !pending_;
             --budget) {
            event_holder event = queue->poll();
            empty = !event;
            if (empty) break;
            changed |= take(std::move(event), batch);
        }
        if (!batch.empty() || changed) {
            metrics_.records.Increment(static_cast<double>(batch.size()));
            if (batch.empty() && pending_) continue;
            co_return batch;
        }
        if (empty)
            co_await queue->wait();
        else
            co_await async::asio::post(executor_, async::use);
    }
}

bool reader::caught_up(std::string_view topic) const noexcept {
    return std::all_of(places_.begin(), places_.end(),
                       [&](const auto& p) { return p.first.topic != topic || p.second.caught_up; }) &&
           !places_.empty();
}

bool reader::caught_up() const noexcept {
    return behind_ == 0 && !places_.empty();
}
bool reader::at_end() const noexcept {
    return not_at_end_ == 0 && !places_.empty();
}

async::awaitable<bool> reader::confirm_end(async::steady_point deadline) {
    if (stopped_ || places_.empty()) co_return false;
    std::vector<topic_partition> where;
    for (const auto& [at, p] : places_)
        where.push_back(at);
    auto ask = [client = client_, where = std::move(where), deadline] {
        return ends_of(*client, where, deadline);
    };
    const auto ends = co_await on_thread(std::move(ask), deadline + std::chrono::seconds(1));
    if (!ends || !*ends) co_return false;
    co_return std::all_of(places_.begin(), places_.end(), [&](const auto& p) {
        const auto end = (*ends)->find(p.first);
        return end != (*ends)->end() && p.second.next >= end->second;
    });
}

std::map<topic_partition, std::int64_t> reader::positions() const {
    std::map<topic_partition, std::int64_t> all;
    for (const auto& [at, p] : places_)
        all.emplace(at, p.next);
    return all;
}

std::int32_t reader::partition_count(std::string_view topic) const {
    const auto found = counts_.find(topic);
    return found == counts_.end() ? 0 : found->second;
}

async::awaitable<bool> reader::stop(async::steady_point deadline) {
    if (std::exchange(stopped_, true)) co_return true;
    queue_->stop();
    // Whoever sits in next_batch() was woken and leaves; the queue has to go before its client.
    async::steady_timer pause(executor_);
    while (queue_.use_count() > 1) {
        pause.expires_after(leave_pause);
        co_await pause.async_wait(async::use_tuple);
    }
    queue_.reset();
    co_return co_await close_consumer(std::move(client_), deadline);
}

} // namespace voltlane::kafka
