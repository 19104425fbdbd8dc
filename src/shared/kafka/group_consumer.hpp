#pragma once

#include "shared/async/task_group.hpp"
#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/kafka/metrics.hpp"
#include "shared/kafka/partition_reader.hpp"
#include "shared/kafka/queue_watch.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace voltlane::kafka {

struct group_settings {
    client_settings client;
    std::string group;
    std::string
        instance; // static membership: a restart within the session time-out moves nothing; may be empty
    std::vector<std::string> topics;
    std::chrono::milliseconds session_timeout{10'000};
};

struct position {
    topic_partition where;
    std::int64_t offset = 0;
};

// What the group decided.
struct group_event {
    enum class kind {
        assigned, // `partitions` are ours: read their offsets, then call assign()
        revoked,  // everything is taken away; its readers have ended with errc::fenced
        lost, // the consumer is unusable (fenced by another instance of the same name): stop the process's
              // pool
    };
    kind what;
    std::uint64_t assignment = 0; // to be given back to assign(); no other consumer of the process has it
    std::vector<topic_partition> partitions;
    std::string text; // of lost
};

// A member of a consumer group (eager, range). The group only spreads partitions; which offset counts is the
// owner's affair: Kafka's committed ones are for lag tools.
//
// An assignment is acknowledged at once with an empty list, since holding it stalls the whole group; the
// owner reads its offsets and calls assign(). A revocation is obeyed at once.
//
// Lifecycle: construct, start(), loop over next_event(), await stop(). All calls on the executor's thread.
class group_consumer final : private event_sink {
public:
    group_consumer(group_settings settings, async::executor ex, consumer_metrics& metrics);
    ~group_consumer(); // after stop(), or when the executor has ended
    group_consumer(const group_consumer&) = delete;
    group_consumer& operator=(const group_consumer&) = delete;

    void start();
    // Waits for what the group decides; stopped at the end. An assignment that was revoked before it was
    // taken is not told.
    async::awaitable<result<group_event>> next_event();
    // Begins to read. fenced: that assignment is over, a newer event is waiting. unavailable: librdkafka
    // refused.
    result<std::vector<std::shared_ptr<partition_reader>>> assign(std::uint64_t assignment,
                                                                  std::span<const position> positions);
    // Tells lag tools; asynchronous, failures are logged only.
    void commit(std::span<const position> positions);
    // The first offset that each partition still has: where a partition without a stored offset begins.
    async::awaitable<result<std::vector<position>>> beginnings(std::vector<topic_partition> partitions,
                                                               async::steady_point deadline);

    // Leaves the group (a static member stays on its list) and closes the client. False: it hung and was
    // abandoned.
    async::awaitable<bool> stop(async::steady_point deadline);

private:
    async::awaitable<void> keep_polling();
    std::size_t on_event(rd_kafka_op_s& event, std::size_t budget) override;
    void on_rebalance(rd_kafka_op_s& event);
    void end_readers(error_code why);
    void tell(group_event event);

    group_settings settings_;
    async::executor executor_;
    consumer_metrics& metrics_;
    std::shared_ptr<rd_kafka_s> client_;
    std::shared_ptr<queue_watch> queue_;
    std::vector<std::weak_ptr<partition_reader>> readers_;
    std::deque<group_event> events_; // at most one of each kind
    async::steady_timer told_;       // cancelled when something is told
    async::task_group tasks_;
    std::uint64_t assignment_ = 0;
    bool assigned_ = false;
    bool stopping_ = false;
};

} // namespace voltlane::kafka
