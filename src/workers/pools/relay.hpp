#pragma once

#include "shared/async/task_group.hpp"
#include "shared/base/clock.hpp"
#include "shared/events/topics.hpp"
#include "shared/kafka/transactional_producer.hpp"
#include "shared/pg/pool.hpp"
#include "shared/store/outbox.hpp"
#include "workers/metrics.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voltlane::workers {

struct relay_settings {
    kafka::client_settings kafka;
    pg::settings database;
    std::chrono::milliseconds poll{100}; // pause between two looks: what a change may lie in the outbox
    std::int64_t most = 250;             // records of a shard in one Kafka transaction
    std::int64_t most_bytes = 16 << 20;  // and their values (the last may exceed it); the rest waits its turn
    std::string id_prefix = "relay-";    // of the transactional ids: every relay of one Kafka has the same
    // All that the outbox may name.
    std::vector<std::string> topics{
        std::string(events::topic::directory), std::string(events::topic::sessions),
        std::string(events::topic::stations), std::string(events::topic::notifications),
        std::string(events::topic::dead_letter)};
};

// Pool `relay`: publishes the outbox in id order per shard and deletes what was published.
//
// A shard has one relay at a time: whoever holds its advisory lock on the connection that also reads the
// outbox, so that lock and work end together. A relay that was stopped and resumes is fenced by Kafka: its
// successor's init of `relay-<shard>` came after. For the same reason rows are published only by a producer
// whose init came before they were read: older ones may have been published, with newer ones after them, by
// somebody who held the lock meanwhile. There is no high-water mark: rows are deleted after the commit, so
// one whose transaction committed late is still found. A crash between commit and delete publishes again, in
// the same order.
//
// Lifecycle: construct, start(), await stop(). All calls on the executor's thread.
class relay {
public:
    relay(relay_settings settings, metrics::registry& registry, pg::metrics& database_metrics,
          const clock& clock, async::executor ex);
    ~relay();
    relay(const relay&) = delete;
    relay& operator=(const relay&) = delete;

    void start();
    async::awaitable<bool> stop(async::steady_point deadline); // false: the deadline was needed

private:
    struct look {
        int session = 0; // the connection's backend: another one has lost the locks
        std::vector<std::int16_t> locked;
        std::vector<store::queued_record> rows;
        std::optional<double> oldest_seconds;
    };
    struct shard {
        bool held = false;
        bool more = false;                                       // rows beyond the last transaction
        bool preparing = false;                                  // a producer is being made
        std::unique_ptr<kafka::transactional_producer> producer; // init done, before `rows` were read
        std::vector<store::queued_record> rows;
        std::vector<std::int64_t> published;
        std::int64_t floor = 0;           // smallest id of the last look that found one
        async::steady_point not_before{}; // after a failure; a shard that hangs must not hold up the others
    };

    async::awaitable<void> run();
    async::awaitable<bool> round();
    async::awaitable<void> prepare(std::int16_t number);
    async::awaitable<void> publish(std::int16_t number);
    async::awaitable<bool> publish_rows(std::int16_t number);
    enum class produced { queued, full, failed };
    produced produce(shard& s, const store::queued_record& row);
    void failed(shard& s);
    struct look_request {
        int session = 0;
        bool contend = false;
        bool measure = false;
        // Read the shard's ids above this; nullopt: it rests, or its producer is being made.
        std::array<std::optional<std::int64_t>, store::outbox_shards> above;
    };
    look look_at_outbox(pg::database& db, const look_request& request);
    void take(look found);
    kafka::transactional_settings producer_settings(std::int16_t number) const;

    relay_settings settings_;
    relay_metrics metrics_;
    const clock& clock_;
    async::executor executor_;
    std::unique_ptr<pg::pool> database_; // one connection
    async::task_group tasks_;
    async::steady_timer timer_;
    std::array<shard, store::outbox_shards> shards_;
    int session_ = 0;
    std::size_t publishing_ = 0;
    async::steady_timer published_; // cancelled when publishing_ falls to 0
    async::steady_point next_contest_{};
    async::steady_point next_measure_{};
    async::steady_point next_full_look_{};
    bool fenced_ = false;
    bool stopping_ = false;
};

} // namespace voltlane::workers
