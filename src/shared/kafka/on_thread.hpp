#pragma once

#include "shared/async/types.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace voltlane::kafka {

// What the helper thread and the awaiting coroutine share. It holds nothing of Asio's, so that the thread may
// outlive the executor when it was abandoned.
template <class R>
struct threaded_call {
    std::mutex mutex;
    async::steady_timer* ended = nullptr; // in the coroutine's frame; null: nobody waits any more
    std::optional<R> value;
    std::exception_ptr failure;
    bool done = false; // on the executor's thread

    // However the coroutine ends, also by destruction.
    struct wait_guard {
        threaded_call& call;
        ~wait_guard() {
            const std::lock_guard lock(call.mutex);
            call.ended = nullptr;
        }
    };
};

// Runs a librdkafka call that blocks on a thread of its own and resumes here with its value, rethrowing what
// it threw. nullopt: it was still running at the deadline (consumers of librdkafka 2.0.2 may hang at close)
// and was abandoned, so `work` must own all that it touches. For rare calls: a thread is made each time.
template <class Work, class R = std::invoke_result_t<Work&>>
async::awaitable<std::optional<R>> on_thread(Work work, async::steady_point deadline) {
    const async::executor here = co_await async::asio::this_coro::executor;
    async::steady_timer ended(here, deadline);
    auto call = std::make_shared<threaded_call<R>>();
    call->ended = &ended;
    const typename threaded_call<R>::wait_guard guard{*call};

    std::thread([call, here, owned = std::optional<Work>(std::move(work))]() mutable {
        std::optional<R> value;
        std::exception_ptr failure;
        try {
            value.emplace((*owned)());
        } catch (...) {
            failure = std::current_exception();
        }
        owned.reset(); // what it owns may block when destroyed: here, not on the reactor
        const std::lock_guard lock(call->mutex);
        if (!call->ended) return;
        call->value = std::move(value);
        call->failure = failure;
        async::asio::post(here, [call] {
            if (!call->ended) return;
            call->done = true;
            call->ended->cancel();
        });
    }).detach();

    co_await ended.async_wait(async::use_tuple);
    if (!call->done) co_return std::nullopt;
    if (call->failure) std::rethrow_exception(call->failure);
    co_return std::move(call->value);
}

// For the time-out parameters of librdkafka: what is left until the deadline, between 1 ms and a day.
inline int milliseconds_until(async::steady_point deadline) {
    constexpr std::chrono::milliseconds least{1}, most = std::chrono::hours(24);
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp(left, least, most).count());
}

} // namespace voltlane::kafka
