#pragma once

#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace voltlane::async {

// Threads for calls that block (SQL, password hashes), behind a bounded queue with a deadline.
//
// Bound: `capacity` jobs wait; one more fails with errc::overloaded at once. A job whose deadline passed
// before a thread took it fails with errc::timed_out unrun. A running job cannot be cancelled: its own time
// limit belongs to what it calls. Each thread may own a resource (a database connection): use worker_index().
class blocking_pool {
public:
    blocking_pool(std::size_t threads, std::size_t capacity);
    ~blocking_pool(); // waits for running jobs; waiting ones fail with errc::stopped
    blocking_pool(const blocking_pool&) = delete;
    blocking_pool& operator=(const blocking_pool&) = delete;

    std::size_t threads() const noexcept { return threads_.size(); }
    std::size_t waiting() const;
    // Index of the pool's thread that runs the caller: 0 .. threads()-1. Only inside a job.
    static std::size_t worker_index() noexcept;

    // Runs `work` on a pool thread; completes on the awaiting coroutine's executor with its value, or throws
    // what it threw, or boost::system::system_error with errc::overloaded, timed_out or stopped.
    template <class Work, class R = std::invoke_result_t<Work&>>
    awaitable<R> run(Work work, steady_point deadline) {
        using outcome = std::conditional_t<std::is_void_v<R>, bool, std::optional<R>>;
        auto initiate = [this, deadline](auto handler, Work job) {
            auto reply_to = asio::prefer(asio::get_associated_executor(handler),
                                         asio::execution::outstanding_work.tracked);
            using handler_type = std::decay_t<decltype(handler)>;
            // std::function must be copyable, handlers are not: hold them by shared_ptr.
            auto shared = std::make_shared<std::pair<handler_type, Work>>(std::move(handler), std::move(job));
            submit({deadline, [shared, reply_to](std::exception_ptr refused) mutable {
                        std::exception_ptr failure = refused;
                        outcome value{};
                        if (!failure) {
                            try {
                                if constexpr (std::is_void_v<R>) {
                                    shared->second();
                                    value = true;
                                } else {
                                    value.emplace(shared->second());
                                }
                            } catch (...) {
                                failure = std::current_exception();
                            }
                        }
                        asio::post(reply_to, [shared, failure, value = std::move(value)]() mutable {
                            auto h = std::move(shared->first);
                            shared.reset();
                            std::move(h)(failure, std::move(value));
                        });
                    }});
        };
        auto value = co_await asio::async_initiate<const use_t, void(std::exception_ptr, outcome)>(
            std::move(initiate), use, std::move(work));
        if constexpr (!std::is_void_v<R>) co_return std::move(*value);
    }

private:
    struct job {
        steady_point deadline;
        std::function<void(std::exception_ptr refused)> run;
    };
    void submit(job j);
    void work(std::size_t index);

    std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<job> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace voltlane::async
