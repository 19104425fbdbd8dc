#pragma once

#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/kafka/record_batch.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace voltlane::kafka {

class queue_watch;
struct consumer_metrics;

// What a partition's error (one that to_error() calls not_found) says of the position: not_found, the log no
// longer has it; or unavailable, only the partition is unknown for now.
error_code lost_place(int kafka_error) noexcept;

// One partition that a group consumer was assigned: its own librdkafka queue, so that a partition whose owner
// is busy stops being fetched (1 MiB of prefetched records) and holds up no other.
//
// Ends for good when the partition is revoked. Its owner may keep it longer; one coroutine calls
// next_batch().
class partition_reader {
public:
    partition_reader(std::shared_ptr<rd_kafka_s> client, topic_partition which, std::int64_t first,
                     async::executor ex, consumer_metrics& metrics);
    ~partition_reader();
    partition_reader(const partition_reader&) = delete;
    partition_reader& operator=(const partition_reader&) = delete;

    const topic_partition& which() const noexcept { return which_; }
    // Offset of the record that next_batch() continues with; never goes back.
    std::int64_t position() const noexcept { return position_; }
    // Records between position() and the end the broker last told of; -1 while not known.
    std::int64_t lag() const;

    // Waits for records; at most `most`. fenced: revoked, at once, also while waiting. not_found: the
    // position is no longer in the log. unavailable: the broker does not know the partition, or said so on
    // stale metadata; the position may still be good. stopped: the consumer is.
    async::awaitable<result<record_batch>> next_batch(std::size_t most);

    void end(error_code why); // by the group consumer

private:
    void take(event_holder event, record_batch& batch);

    std::shared_ptr<rd_kafka_s> client_;
    topic_partition which_;
    std::int64_t position_;
    async::executor executor_;
    consumer_metrics& metrics_;
    std::shared_ptr<queue_watch> queue_;
    error_code ended_;
    error_code lost_; // of lost_place(), once told
};

} // namespace voltlane::kafka
