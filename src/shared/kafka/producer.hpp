#pragma once

#include "shared/async/task_group.hpp"
#include "shared/async/types.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/kafka/metrics.hpp"
#include "shared/kafka/publisher.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::kafka {

// The process's one producer: idempotent, acks=all, used from every shard.
//
//   shard 0 (home)   publisher ──┐                        ┌─ reports resume callers in place
//   shard 1          publisher ──┼─▶ librdkafka ─▶ reader ┤
//   shard n          publisher ──┘   (one instance)       └─ reports of others: one batch per shard and drain
//
// A fatal error of an idempotent producer (librdkafka 2.0.2: after a disconnect or time-out that may have
// written something) is a normal event: the instance is purged, so that everything in flight ends with a
// retriable report, and a new one takes over. Callers repeat under the same event ids. Logged, and counted in
// metrics.replaced.
//
// Lifecycle: construct before the shards run, start(), await warm_up(), ..., await stop() while all shards
// still run. All calls on the home shard's thread unless noted; publisher's own on its shard.
class producer {
public:
    // `home` is one of `shards`. Throws std::invalid_argument or std::runtime_error for settings librdkafka
    // refuses.
    producer(producer_settings settings, async::executor home, std::span<const async::executor> shards,
             producer_metrics& metrics);
    ~producer(); // stop() must have ended, or the shards must have
    producer(const producer&) = delete;
    producer& operator=(const producer&) = delete;

    topic_ref
    topic(std::string_view name) const; // any thread; throws std::out_of_range for one not in the settings
    publisher& at(std::size_t shard) { return *publishers_.at(shard); } // any thread

    void start();
    // Asks for the metadata of all topics, so that the first publication does not wait a second for a leader
    // (librdkafka < 2.10.1). unavailable: no broker answered by then, or a topic is missing; publishing works
    // later on all the same. not_found: a topic does not exist.
    async::awaitable<error_code> warm_up(async::steady_point deadline);
    // Waits until everything accepted so far has ended. False: the deadline passed first.
    async::awaitable<bool> flush(async::steady_point deadline);
    // Flushes, ends what is left at the deadline with a retriable report, and destroys the instance.
    // Publications from now on are refused with errc::stopped.
    async::awaitable<void> stop(async::steady_point deadline);

    // Accepted and not yet reported, a little more while reports or client errors are being handed out.
    std::size_t in_flight() const;

private:
    friend class publisher;
    friend class producer_instance;
    void on_fatal(producer_instance& failed, std::string reason);
    async::awaitable<void> replace(std::string reason);
    void serve(const std::shared_ptr<producer_instance>& instance);
    void hand_out(const std::shared_ptr<producer_instance>& lease);

    producer_settings settings_;
    async::executor home_;
    producer_metrics& metrics_;
    std::vector<std::unique_ptr<publisher>> publishers_;
    std::shared_ptr<producer_instance> current_;
    async::task_group
        tasks_; // readers of the instances that still have something in flight, their ends, replacing
    async::steady_point replaced_at_{};
    bool replacing_ = false;
    bool stopping_ = false;
};

} // namespace voltlane::kafka
