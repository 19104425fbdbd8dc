#pragma once

#include "shared/async/task_group.hpp"
#include "shared/kafka/group_consumer.hpp"
#include "workers/runtime/partition_runner.hpp"

#include <list>
#include <memory>
#include <string>

namespace voltlane::workers {

struct pool_settings {
    kafka::client_settings kafka;
    std::string instance; // static group membership
    batch_settings batches;
};

// One pool of this process: a member of its consumer group, and a partition_runner for each partition that
// the group hands out. Kafka only spreads partitions; positions are PostgreSQL's.
//
//   assigned ─▶ generation, beginnings, claim_offsets (waiting for the database) ─▶ assign ─▶ runners
//   revoked  ─▶ runners end; a batch in flight wins its compare-and-set or not
//
// Lifecycle: construct, start(), await stop(). All calls on the executor's thread.
class pool_runner {
public:
    pool_runner(std::unique_ptr<partitioned_pool> pool, pool_settings settings, pg::pool& database,
                metrics::registry& registry, kafka::consumer_metrics& consumer, const clock& clock,
                async::executor ex);
    ~pool_runner();
    pool_runner(const pool_runner&) = delete;
    pool_runner& operator=(const pool_runner&) = delete;

    void start();
    // Takes nothing new, finishes the batches in flight, leaves the group. False: the deadline was needed.
    async::awaitable<bool> stop(async::steady_point deadline);
    const std::string& name() const noexcept { return name_; }

private:
    struct claim;
    async::awaitable<void> follow_group();
    async::awaitable<void> take(std::uint64_t assignment);
    async::awaitable<void> run_partition(std::shared_ptr<partition_runner> runner, std::uint64_t assignment);
    async::awaitable<void> report();
    error_code begin(std::uint64_t assignment, const std::vector<kafka::position>& positions,
                     std::int32_t generation);
    void end_runners();
    kafka::group_settings group_settings() const;

    std::unique_ptr<partitioned_pool> pool_;
    std::string name_;
    pool_settings settings_;
    pg::pool& database_;
    pool_metrics metrics_;
    kafka::consumer_metrics& consumer_metrics_;
    const clock& clock_;
    async::executor executor_;
    std::unique_ptr<kafka::group_consumer> group_;
    async::task_group tasks_;
    async::steady_timer report_timer_;
    std::list<std::shared_ptr<partition_runner>> runners_;
    std::uint64_t assignment_ = 0;
    std::vector<kafka::topic_partition> partitions_; // of the latest assignment
    bool replacing_ = false;                         // between two group consumers
    bool stopping_ = false;
};

} // namespace voltlane::workers
