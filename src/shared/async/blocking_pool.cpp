#include "shared/async/blocking_pool.hpp"

#include <boost/system/system_error.hpp>

namespace voltlane::async {
namespace {

thread_local std::size_t current_worker = 0;

std::exception_ptr refusal(errc e) {
    return std::make_exception_ptr(boost::system::system_error(make_error_code(e)));
}

} // namespace

blocking_pool::blocking_pool(std::size_t threads, std::size_t capacity) : capacity_(capacity) {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this, i] { work(i); });
}

blocking_pool::~blocking_pool() {
    std::deque<job> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(queue_);
    }
    ready_.notify_all();
    for (auto& j : left)
        j.run(refusal(errc::stopped));
    for (auto& t : threads_)
        t.join();
}

std::size_t blocking_pool::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::size_t blocking_pool::worker_index() noexcept {
    return current_worker;
}

void blocking_pool::submit(job j) {
    errc refused{};
    {
        const std::lock_guard lock(mutex_);
        if (stopping_)
            refused = errc::stopped;
        else if (queue_.size() >= capacity_)
            refused = errc::overloaded;
        else
            queue_.push_back(std::move(j));
    }
    if (refused != errc{})
        j.run(refusal(refused));
    else
        ready_.notify_one();
}

void blocking_pool::work(std::size_t index) {
    current_worker = index;
    for (;;) {
        job next;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            next = std::move(queue_.front());
            queue_.pop_front();
        }
        const bool late = std::chrono::steady_clock::now() > next.deadline;
        next.run(late ? refusal(errc::timed_out) : nullptr);
    }
}

} // namespace voltlane::async
