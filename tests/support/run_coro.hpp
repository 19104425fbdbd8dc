#pragma once

#include "shared/async/types.hpp"

#include <chrono>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace voltlane::testing {

// Runs the coroutine that `make` returns on `context` until it ends; fails the test after `limit`. Rethrows
// what it threw.
template <class Make>
void run_coro(boost::asio::io_context& context, Make make,
              std::chrono::seconds limit = std::chrono::seconds(10)) {
    bool ended = false;
    std::exception_ptr failure;
    boost::asio::co_spawn(context.get_executor(), std::move(make), [&](std::exception_ptr e) {
        ended = true;
        failure = e;
        context.stop();
    });
    context.restart();
    context.run_for(limit);
    ASSERT_TRUE(ended) << "the coroutine did not finish";
    if (failure) std::rethrow_exception(failure);
}

} // namespace voltlane::testing
