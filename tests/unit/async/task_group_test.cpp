#include "shared/async/task_group.hpp"

#include "support/run_coro.hpp"

#include <stdexcept>

#include <boost/asio/this_coro.hpp>

namespace voltlane::async {
namespace {

using namespace std::chrono_literals;

awaitable<void> sleep_until_told(int& ended) {
    steady_timer never(co_await asio::this_coro::executor, steady_point::max());
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await never.async_wait(use_tuple);
    ++ended;
}

// Hears `terminal` only: the default of a coroutine.
awaitable<void> sleep_deaf(int& ended) {
    steady_timer never(co_await asio::this_coro::executor, steady_point::max());
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await never.async_wait(use_tuple);
    ++ended;
}

awaitable<void> fail() {
    throw std::runtime_error("broken");
    co_return;
}

TEST(task_group, stop_ends_children_that_listen_and_join_waits_for_them) {
    asio::io_context context(1);
    int ended = 0;
    task_group group(context.get_executor(), [](std::exception_ptr) { FAIL(); });
    for (int i = 0; i < 3; ++i)
        group.spawn([&ended] { return sleep_until_told(ended); });
    bool orderly = false;
    auto scenario = [&]() -> awaitable<void> {
        group.stop();
        orderly = co_await group.join(std::chrono::steady_clock::now() + 5s);
    };
    testing::run_coro(context, scenario);
    EXPECT_TRUE(orderly);
    EXPECT_EQ(ended, 3);
    EXPECT_EQ(group.size(), 0U);
}

TEST(task_group, join_forces_deaf_children_at_its_deadline) {
    asio::io_context context(1);
    int ended = 0;
    task_group group(context.get_executor(), [](std::exception_ptr) { FAIL(); });
    group.spawn([&ended] { return sleep_deaf(ended); });
    bool orderly = true;
    auto scenario = [&]() -> awaitable<void> {
        group.stop();
        orderly = co_await group.join(std::chrono::steady_clock::now());
    };
    testing::run_coro(context, scenario);
    EXPECT_FALSE(orderly);
    EXPECT_EQ(ended, 1);
}

TEST(task_group, reports_failures_and_spawns_nothing_after_stop) {
    asio::io_context context(1);
    int failures = 0;
    int ended = 0;
    task_group group(context.get_executor(), [&](std::exception_ptr) { ++failures; });
    group.spawn([] { return fail(); });
    auto scenario = [&]() -> awaitable<void> {
        co_await group.join(std::chrono::steady_clock::now() + 5s);
        group.stop();
        group.spawn([&ended] { return sleep_until_told(ended); });
    };
    testing::run_coro(context, scenario);
    EXPECT_EQ(failures, 1);
    EXPECT_EQ(group.size(), 0U);
}

} // namespace
} // namespace voltlane::async
