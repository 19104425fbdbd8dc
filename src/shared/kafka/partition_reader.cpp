#include "shared/kafka/partition_reader.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/errors.hpp"
#include "shared/kafka/metrics.hpp"
#include "shared/kafka/queue_watch.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::size_t other_events = 64; // looked at per batch beside records

} // namespace

error_code lost_place(int kafka_error) noexcept {
    const bool gone = kafka_error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE ||
                      kafka_error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
    return gone ? errc::not_found : errc::unavailable;
}

partition_reader::partition_reader(std::shared_ptr<rd_kafka_s> client, topic_partition which,
                                   std::int64_t first, async::executor ex, consumer_metrics& metrics)
    : client_(std::move(client))
    , which_(std::move(which))
    , position_(first)
    , executor_(ex)
    , metrics_(metrics) {
    queue_holder queue(rd_kafka_queue_get_partition(client_.get(), which_.topic.c_str(), which_.partition));
    if (!queue) {
        ended_ = errc::unavailable;
        return;
    }
    // Off the consumer's common queue. It must happen before the assignment, else the first records go there.
    rd_kafka_queue_forward(queue.get(), nullptr);
    queue_ = std::make_shared<queue_watch>(std::move(queue), ex);
}

partition_reader::~partition_reader() = default;

void partition_reader::end(error_code why) {
    if (!ended_) ended_ = why;
    if (queue_) queue_->stop();
    queue_.reset();
    client_.reset();
}

std::int64_t partition_reader::lag() const {
    if (!client_) return -1;
    std::int64_t low = 0, high = 0;
    const auto rc =
        rd_kafka_get_watermark_offsets(client_.get(), which_.topic.c_str(), which_.partition, &low, &high);
    if (rc != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return -1;
    return std::max<std::int64_t>(high - position_, 0);
}

void partition_reader::take(event_holder event, record_batch& batch) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_FETCH) {
        const rd_kafka_message_t* message = rd_kafka_event_message_next(event.get());
        if (!message || message->err || message->offset < position_) return;
        position_ = message->offset + 1;
        batch.add(std::move(event), *message);
        return;
    }
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) return;
    const auto code = rd_kafka_event_error(event.get());
    if (to_error(code) != errc::not_found) {
        metrics_.errors.Increment();
        return;
    }
    log::get("kafka")->error("{}/{} at {}: {}", which_.topic, which_.partition, position_,
                             rd_kafka_event_error_string(event.get()));
    lost_ = lost_place(code);
    (lost_ == errc::not_found ? metrics_.out_of_range : metrics_.errors).Increment();
}

async::awaitable<result<record_batch>> partition_reader::next_batch(std::size_t most) {
    // One turn for the sockets per batch, also when records are always there.
    co_await async::asio::post(executor_, async::use);
    const auto queue = queue_; // outlives end() while this coroutine is inside
    const auto client = client_;
    for (;;) {
        if (ended_) co_return ended_;
        record_batch batch;
        bool empty = false;
        for (std::size_t budget = most + other_events; budget > 0 && batch.size() < most && !lost_;
             --budget) {
            event_holder event = queue->poll();
            empty = !event;
            if (empty) break;
            take(std::move(event), batch);
        }
        if (!batch.empty()) {
            metrics_.records.Increment(static_cast<double>(batch.size()));
            co_return batch;
        }
        if (lost_) co_return lost_;
        if (empty)
            co_await queue->wait();
        else
            co_await async::asio::post(executor_, async::use);
    }
}

} // namespace voltlane::kafka
