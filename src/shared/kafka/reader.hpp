#pragma once

#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/base/time.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/kafka/metrics.hpp"
#include "shared/kafka/record_batch.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voltlane::kafka {

class queue_watch;

// Where a reader begins in a topic.
struct source {
    enum class start { beginning, end, since, offsets };

    std::string topic;
    start from = start::beginning;
    std::vector<std::int32_t> partitions = {};         // empty: all
    timestamp since = {};                              // start::since: records of that time or later
    std::map<std::int32_t, std::int64_t> offsets = {}; // start::offsets; a partition not named: the beginning
};

struct reader_settings {
    client_settings client;
    std::vector<source> sources; // topics are distinct
};

// Reads whole partitions by manual assignment: no group, so nothing can move them. Committed transactions
// only.
//
// Pull: records are taken from librdkafka when next_batch() is called; what is not taken stays in
// librdkafka's bounded queue (16 MiB) and then at the broker. One coroutine calls next_batch() in a loop.
//
// Lifecycle: construct, await start() until it succeeds, next_batch() ... until errc::stopped, await stop().
// All calls on the executor's thread.
class reader {
public:
    reader(reader_settings settings, async::executor ex, consumer_metrics& metrics);
    ~reader(); // after stop(), or when the executor has ended
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;

    // Resolves partitions and offsets and begins. unavailable: no answer by the deadline, may be repeated;
    // not_found: a topic or partition does not exist.
    async::awaitable<error_code> start(async::steady_point deadline);

    // Waits for records; at most `most` of them. An empty batch says only that caught_up() or at_end()
    // changed. not_found: a position is no longer in the log (logged, counted); restart() is the owner's
    // decision. stopped.
    async::awaitable<result<record_batch>> next_batch(std::size_t most = 1024);

    // Begins anew with every partition's beginning, whatever the sources say. Errors as start().
    async::awaitable<error_code> restart(async::steady_point deadline);

    // Every partition was read to its end as of start(). Exact also where the last offsets hold no record.
    bool caught_up() const noexcept;
    bool caught_up(std::string_view topic) const noexcept;
    // Every partition now stands at the end that the broker last told of.
    bool at_end() const noexcept;
    // Asks the brokers: did every partition stand at its log's end when they answered? False too if they did
    // not answer. For who draws conclusions from silence.
    async::awaitable<bool> confirm_end(async::steady_point deadline);
    // When a record or a partition's end was last seen.
    async::steady_point last_progress() const noexcept { return last_progress_; }
    // The offset that comes next, by topic and partition; for ids that name a place in the log.
    std::map<topic_partition, std::int64_t> positions() const;
    std::int32_t partition_count(std::string_view topic) const; // 0: unknown

    // Ends next_batch() with errc::stopped and closes the client on a helper thread. False: it hung and was
    // abandoned.
    async::awaitable<bool> stop(async::steady_point deadline);

private:
    struct place {
        std::int64_t next = 0; // offset of the next record
        std::int64_t goal = 0; // the end as of start()
        bool caught_up = false;
        bool at_end = false;
    };
    struct resolved;

    async::awaitable<error_code> begin(bool from_beginning, async::steady_point deadline);
    static resolved resolve(rd_kafka_s& client, const std::vector<source>& sources, bool from_beginning,
                            async::steady_point deadline);
    bool take(event_holder event, record_batch& batch);
    place* find_place(const rd_kafka_topic_s* topic, std::int32_t partition);
    bool move(place& p, std::int64_t next, bool at_end);

    reader_settings settings_;
    async::executor executor_;
    consumer_metrics& metrics_;
    std::shared_ptr<rd_kafka_s> client_;
    std::shared_ptr<queue_watch> queue_;
    std::map<topic_partition, place> places_;
    std::map<std::string, std::int32_t, std::less<>> counts_;
    place* current_ = nullptr; // the last one looked up, by these
    const rd_kafka_topic_s* current_topic_ = nullptr;
    std::int32_t current_partition_ = 0;
    std::size_t behind_ = 0;     // partitions not caught up
    std::size_t not_at_end_ = 0; // partitions not at their end
    error_code pending_;         // for the next call of next_batch()
    async::steady_point last_progress_{};
    bool stopped_ = false;
};

} // namespace voltlane::kafka
