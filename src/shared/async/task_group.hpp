#pragma once

#include "shared/async/types.hpp"

#include <exception>
#include <functional>
#include <list>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

namespace voltlane::async {

// Every spawned coroutine belongs to a group that can be told to stop and can be awaited.
//
// Lives on one shard: spawn, stop and join are called on its executor's thread. A child that ends with an
// exception is reported to `on_failure` (operation_aborted is not). The group must outlive its children:
// await join() before it goes.
class task_group {
public:
    using failure_handler = std::function<void(std::exception_ptr)>;

    task_group(executor ex, failure_handler on_failure);
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // `make` is a callable that returns awaitable<void>: a plain lambda that calls a coroutine with
    // everything by value. It is kept alive until the coroutine ends. After stop() nothing is spawned any
    // more.
    template <class Make>
    void spawn(Make make) {
        if (stopping_) return;
        children_.emplace_back();
        const auto child = std::prev(children_.end());
        auto ended = [this, child](std::exception_ptr failure) {
            end(child, failure);
        };
        asio::co_spawn(executor_, std::move(make),
                       asio::bind_cancellation_slot(child->slot(), std::move(ended)));
    }

    std::size_t size() const noexcept { return children_.size(); }
    executor get_executor() const noexcept { return executor_; }

    // Step one: asks children to stop (cancellation `total`; a child opts in with reset_cancellation_state).
    // Step two, join: waits until none is left; at the deadline cancels with `terminal` and waits on. False:
    // it was needed.
    void stop();
    awaitable<bool> join(steady_point deadline);

private:
    using child_list = std::list<asio::cancellation_signal>;
    void end(child_list::iterator child, std::exception_ptr failure);
    void emit(asio::cancellation_type type);

    executor executor_;
    failure_handler on_failure_;
    child_list children_;
    steady_timer all_ended_;
    bool stopping_ = false;
};

} // namespace voltlane::async
