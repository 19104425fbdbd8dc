#pragma once

#include "shared/async/types.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>

namespace voltlane::async {

// One io_context and one thread per core. A connection lives on one shard for ever, so its session needs no
// locks.
//
// Lifecycle: construct, hand out contexts, run() on the main thread (which becomes shard 0), stop() from any
// thread. An exception that leaves a handler ends the process: it is a bug, and every event that was answered
// is in the log.
class shards {
public:
    // count 0: one per core.
    explicit shards(std::size_t count);
    ~shards();
    shards(const shards&) = delete;
    shards& operator=(const shards&) = delete;

    std::size_t size() const noexcept { return contexts_.size(); }
    asio::io_context& context(std::size_t i) { return *contexts_[i]; }
    executor get_executor(std::size_t i) { return contexts_[i]->get_executor(); }

    // Runs all shards until stop(); returns when every thread has ended.
    void run();
    // Thread safe. Handlers that are queued are dropped, so stop children first.
    void stop();

private:
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<asio::executor_work_guard<executor>> guards_;
    std::vector<std::thread> threads_;
};

} // namespace voltlane::async
