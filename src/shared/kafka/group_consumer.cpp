#include "shared/kafka/group_consumer.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/client.hpp"
#include "shared/kafka/errors.hpp"
#include "shared/kafka/on_thread.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

// Per partition, since each has a queue of its own: 64 partitions hold at most 64 MiB.
constexpr std::int64_t partition_queue_kbytes = 1024;
constexpr std::int64_t partition_queue_records = 1'000;
// librdkafka expels a member that has not polled for max.poll.interval.ms; an idle one has nothing to poll
// for. Any poll of any queue resets it (until 2.1.0), so it can be no watchdog either: a day, and a poll
// every minute.
constexpr std::int64_t max_poll_interval_ms = 86'400'000;
constexpr std::chrono::minutes idle_poll{1};
constexpr std::chrono::milliseconds close_poll{5};
constexpr std::chrono::seconds close_patience{5};

// Of the process, not of one consumer: a number that its predecessor told is none of a new consumer's.
std::atomic<std::uint64_t> assignments = 0;

void log_failure(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::get("kafka")->error("group consumer: {}", e.what());
    }
}

std::vector<topic_partition> partitions_of(const rd_kafka_topic_partition_list_t* list) {
    std::vector<topic_partition> all;
    for (int i = 0; list && i < list->cnt; ++i)
        all.push_back({list->elems[i].topic, list->elems[i].partition});
    return all;
}

} // namespace

group_consumer::group_consumer(group_settings settings, async::executor ex, consumer_metrics& metrics)
    : settings_(std::move(settings))
    , executor_(ex)
    , metrics_(metrics)
    , told_(ex)
    , tasks_(ex, &log_failure) {
    conf c = consumer_conf(settings_.client);
    c.set("group.id", settings_.group);
    if (!settings_.instance.empty()) c.set("group.instance.id", settings_.instance);
    // Eager: cooperative-sticky of 2.0.2 loops, hangs and crashes (fixed from 2.3.0 to 2.10.0).
    c.set("partition.assignment.strategy", "range");
    c.set("session.timeout.ms", settings_.session_timeout.count());
    c.set("heartbeat.interval.ms", settings_.session_timeout.count() / 5);
    c.set("max.poll.interval.ms", max_poll_interval_ms);
    c.set("queued.max.messages.kbytes", partition_queue_kbytes)
        .set("queued.min.messages", partition_queue_records);
    c.extra(settings_.client);
    c.events(RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_ERROR |
             RD_KAFKA_EVENT_OFFSET_COMMIT);
    client_ = make_shared_consumer(std::move(c));
    queue_ = std::make_shared<queue_watch>(queue_holder(rd_kafka_queue_get_consumer(client_.get())), ex);
}

group_consumer::~group_consumer() = default;

void group_consumer::start() {
    std::map<topic_partition, std::int64_t> topics;
    for (const auto& t : settings_.topics)
        topics[{t, RD_KAFKA_PARTITION_UA}] = 0;
    if (const auto rc = rd_kafka_subscribe(client_.get(), make_list(topics).get());
        rc != RD_KAFKA_RESP_ERR_NO_ERROR)
        log::get("kafka")->error("group {}: subscribe: {}", settings_.group, rd_kafka_err2str(rc));
    tasks_.spawn([this] { return read_queue(*queue_, *this); });
    tasks_.spawn([this] { return keep_polling(); });
}

async::awaitable<void> group_consumer::keep_polling() {
    co_await async::asio::this_coro::reset_cancellation_state(async::asio::enable_total_cancellation());
    async::steady_timer pause(executor_);
    while (!queue_->stopped()) {
        pause.expires_after(idle_poll);
        const auto [cancelled] = co_await pause.async_wait(async::use_tuple);
        if (cancelled) break;
        if (const event_holder event = queue_->poll()) on_event(*event, 1);
    }
}

std::size_t group_consumer::on_event(rd_kafka_op_s& event, std::size_t) {
    switch (rd_kafka_event_type(&event)) {
    case RD_KAFKA_EVENT_REBALANCE: on_rebalance(event); break;
    case RD_KAFKA_EVENT_ERROR:
        metrics_.errors.Increment();
        if (rd_kafka_event_error_is_fatal(&event) != 0 ||
            rd_kafka_event_error(&event) == RD_KAFKA_RESP_ERR__FATAL) {
            log::get("kafka")->error("group {}: lost: {}", settings_.group,
                                     rd_kafka_event_error_string(&event));
            end_readers(errc::fenced);
            assigned_ = false;
            tell({group_event::kind::lost, assignment_, {}, rd_kafka_event_error_string(&event)});
        } else {
            log::get("kafka")->debug("group {}: {}", settings_.group, rd_kafka_event_error_string(&event));
        }
        break;
    case RD_KAFKA_EVENT_OFFSET_COMMIT:
        if (const auto rc = rd_kafka_event_error(&event); rc != RD_KAFKA_RESP_ERR_NO_ERROR)
            log::get("kafka")->debug("group {}: offsets not committed: {}", settings_.group,
                                     rd_kafka_err2str(rc));
        break;
    default: break; // a record here would belong to no partition reader, and be of an assignment that is over
    }
    return 1;
}

void group_consumer::on_rebalance(rd_kafka_op_s& event) {
    metrics_.rebalances.Increment();
    if (rd_kafka_event_error(&event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !stopping_) {
        auto partitions = partitions_of(rd_kafka_event_topic_partition_list(&event));
        const list_holder none(rd_kafka_topic_partition_list_new(0));
        rd_kafka_assign(client_.get(), none.get());
        assignment_ = ++assignments;
        assigned_ = true;
        log::get("kafka")->info("group {}: assigned {} partitions", settings_.group, partitions.size());
        tell({group_event::kind::assigned, assignment_, std::move(partitions), {}});
        return;
    }
    end_readers(errc::fenced);
    rd_kafka_assign(client_.get(), nullptr);
    if (!std::exchange(assigned_, false) || stopping_) return;
    log::get("kafka")->info("group {}: revoked", settings_.group);
    const auto untaken = std::find_if(events_.begin(), events_.end(), [](const group_event& e) {
        return e.what == group_event::kind::assigned;
    });
    if (untaken != events_.end())
        events_.erase(untaken);
    else
        tell({group_event::kind::revoked, assignment_, {}, {}});
}

void group_consumer::end_readers(error_code why) {
    for (const auto& weak : std::exchange(readers_, {}))
        if (const auto r = weak.lock()) r->end(why);
}

void group_consumer::tell(group_event event) {
    events_.push_back(std::move(event));
    told_.cancel();
}

async::awaitable<result<group_event>> group_consumer::next_event() {
    while (events_.empty()) {
        if (stopping_) co_return errc::stopped;
        told_.expires_at(async::steady_point::max());
        co_await told_.async_wait(async::use_tuple);
    }
    if (stopping_) co_return errc::stopped;
    auto event = std::move(events_.front());
    events_.pop_front();
    co_return event;
}

result<std::vector<std::shared_ptr<partition_reader>>>
group_consumer::assign(std::uint64_t assignment, std::span<const position> positions) {
    if (stopping_) return errc::stopped;
    if (!assigned_ || assignment != assignment_) return errc::fenced;
    end_readers(errc::fenced);
    std::vector<std::shared_ptr<partition_reader>> made;
    std::map<topic_partition, std::int64_t> list;
    for (const auto& p : positions) {
        list[p.where] = p.offset;
        made.push_back(std::make_shared<partition_reader>(client_, p.where, p.offset, executor_, metrics_));
        readers_.push_back(made.back());
    }
    if (const auto rc = rd_kafka_assign(client_.get(), make_list(list).get());
        rc != RD_KAFKA_RESP_ERR_NO_ERROR) {
        end_readers(errc::unavailable);
        return to_error(rc);
    }
    return made;
}

void group_consumer::commit(std::span<const position> positions) {
    if (positions.empty() || stopping_ || !assigned_) return;
    std::map<topic_partition, std::int64_t> list;
    for (const auto& p : positions)
        list[p.where] = p.offset;
    rd_kafka_commit(client_.get(), make_list(list).get(), 1);
}

async::awaitable<result<std::vector<position>>>
group_consumer::beginnings(std::vector<topic_partition> partitions, async::steady_point deadline) {
    if (stopping_) co_return errc::stopped;
    auto ask = [client = client_, partitions = std::move(partitions), deadline] {
        std::map<topic_partition, std::int64_t> where;
        for (const auto& p : partitions)
            where.emplace(p, log_beginning);
        return resolve_offsets(*client, where, deadline);
    };
    const auto found = co_await on_thread(std::move(ask), deadline + std::chrono::seconds(1));
    if (!found) co_return errc::unavailable;
    if (!*found) co_return found->error();
    std::vector<position> all;
    for (const auto& [where, offset] : **found)
        all.push_back({where, offset});
    co_return all;
}

async::awaitable<bool> group_consumer::stop(async::steady_point deadline) {
    if (std::exchange(stopping_, true)) co_return true;
    end_readers(errc::stopped);
    told_.cancel();
    // The reader of the queue goes on, since closing asks for a last revocation through it.
    const error_holder refused(rd_kafka_consumer_close_queue(client_.get(), queue_->queue()));
    async::steady_timer pause(executor_);
    while (!refused && rd_kafka_consumer_closed(client_.get()) == 0 &&
           std::chrono::steady_clock::now() < deadline) {
        pause.expires_after(close_poll);
        co_await pause.async_wait(async::use_tuple);
    }
    queue_->stop();
    tasks_.stop();
    co_await tasks_.join(std::chrono::steady_clock::now() + close_patience);
    queue_.reset();
    co_return co_await close_consumer(std::move(client_), deadline);
}

} // namespace voltlane::kafka
