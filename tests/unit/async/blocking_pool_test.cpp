#include "shared/async/blocking_pool.hpp"

#include "support/run_coro.hpp"

#include <future>
#include <stdexcept>

#include <boost/system/system_error.hpp>

namespace voltlane::async {
namespace {

using namespace std::chrono_literals;

steady_point soon() {
    return std::chrono::steady_clock::now() + 5s;
}

TEST(blocking_pool, returns_values_and_exceptions_on_the_callers_thread) {
    asio::io_context context(1);
    blocking_pool pool(2, 10);
    const auto here = std::this_thread::get_id();
    int value = 0;
    bool same_thread = false;
    bool other_thread = false;
    auto scenario = [&]() -> awaitable<void> {
        auto work = [&] {
            other_thread = std::this_thread::get_id() != here;
            return 42;
        };
        value = co_await pool.run(work, soon());
        same_thread = std::this_thread::get_id() == here;
        auto nothing = [] {
        };
        co_await pool.run(nothing, soon());
        auto bad = []() -> int {
            throw std::runtime_error("no");
        };
        co_await pool.run(bad, soon());
    };
    EXPECT_THROW(testing::run_coro(context, scenario), std::runtime_error);
    EXPECT_EQ(value, 42);
    EXPECT_TRUE(same_thread);
    EXPECT_TRUE(other_thread);
}

TEST(blocking_pool, a_full_queue_refuses_and_a_late_job_is_not_run) {
    asio::io_context context(1);
    blocking_pool pool(1, 1);
    std::promise<void> release;
    std::promise<void> running;
    auto gate = release.get_future().share();
    bool late_ran = false;
    error_code late;
    error_code refused;
    int finished = 0;
    auto block = [&]() -> awaitable<void> {
        auto work = [&] {
            running.set_value();
            gate.wait();
        };
        co_await pool.run(work, soon());
        ++finished;
    };
    auto wait_late = [&]() -> awaitable<void> {
        auto work = [&] {
            late_ran = true;
        };
        try {
            co_await pool.run(work, std::chrono::steady_clock::now() - 1s);
        } catch (const boost::system::system_error& e) {
            late = e.code();
        }
        ++finished;
    };
    auto overflow = [&]() -> awaitable<void> {
        auto work = [] {
            return 1;
        };
        try {
            co_await pool.run(work, soon());
        } catch (const boost::system::system_error& e) {
            refused = e.code();
        }
        release.set_value();
        ++finished;
    };
    asio::co_spawn(context.get_executor(), block, [](std::exception_ptr) {});
    context.poll();
    running.get_future().wait();
    asio::co_spawn(context.get_executor(), wait_late, [](std::exception_ptr) {});
    context.poll();
    EXPECT_EQ(pool.waiting(), 1U);
    asio::co_spawn(context.get_executor(), overflow, [](std::exception_ptr) {});
    context.run_for(5s);
    EXPECT_EQ(finished, 3);
    EXPECT_EQ(refused, errc::overloaded);
    EXPECT_EQ(late, errc::timed_out);
    EXPECT_FALSE(late_ran);
}

TEST(blocking_pool, jobs_still_waiting_when_it_goes_fail_as_stopped) {
    asio::io_context context(1);
    std::promise<void> release;
    std::promise<void> running;
    error_code stopped;
    int finished = 0;
    auto pool = std::make_unique<blocking_pool>(1, 10);
    auto block = [&]() -> awaitable<void> {
        auto work = [&] {
            running.set_value();
            release.get_future().wait();
        };
        co_await pool->run(work, soon());
        ++finished;
    };
    auto wait = [&]() -> awaitable<void> {
        auto work = [] {
        };
        try {
            co_await pool->run(work, soon());
        } catch (const boost::system::system_error& e) {
            stopped = e.code();
        }
        ++finished;
    };
    asio::co_spawn(context.get_executor(), block, [](std::exception_ptr) {});
    asio::co_spawn(context.get_executor(), wait, [](std::exception_ptr) {});
    context.poll();
    running.get_future().wait();
    std::thread destroyer([&] { pool.reset(); });
    context.run_one_for(5s); // the refusal of the waiting job
    release.set_value();
    destroyer.join();
    context.run_for(5s);
    EXPECT_EQ(stopped, errc::stopped);
    EXPECT_EQ(finished, 2);
}

} // namespace
} // namespace voltlane::async
