#include "shared/async/task_group.hpp"

#include <vector>

#include <boost/system/system_error.hpp>

namespace voltlane::async {

task_group::task_group(executor ex, failure_handler on_failure)
    : executor_(ex)
    , on_failure_(std::move(on_failure))
    , all_ended_(ex) {}

void task_group::end(child_list::iterator child, std::exception_ptr failure) {
    children_.erase(child);
    if (failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& e) {
            if (e.code() != asio::error::operation_aborted) on_failure_(failure);
        } catch (...) {
            on_failure_(failure);
        }
    }
    if (children_.empty()) all_ended_.cancel();
}

void task_group::emit(asio::cancellation_type type) {
    // A child may end inside emit and so leave the list: walk over a copy of the addresses that are still
    // there.
    std::vector<asio::cancellation_signal*> signals;
    signals.reserve(children_.size());
    for (auto& s : children_)
        signals.push_back(&s);
    for (auto* s : signals) {
        const bool there = std::any_of(children_.begin(), children_.end(), [s](auto& c) { return &c == s; });
        if (there) s->emit(type);
    }
}

void task_group::stop() {
    stopping_ = true;
    emit(asio::cancellation_type::total);
}

awaitable<bool> task_group::join(steady_point deadline) {
    if (!children_.empty()) {
        all_ended_.expires_at(deadline);
        co_await all_ended_.async_wait(use_tuple);
    }
    const bool orderly = children_.empty();
    if (!orderly) emit(asio::cancellation_type::terminal);
    while (!children_.empty()) {
        all_ended_.expires_at(steady_point::max());
        co_await all_ended_.async_wait(use_tuple);
    }
    co_return orderly;
}

} // namespace voltlane::async
