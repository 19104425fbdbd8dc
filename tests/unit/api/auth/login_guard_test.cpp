#include "api/auth/login_guard.hpp"

#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view here = "192.0.2.1", there = "192.0.2.2";

class login_guard_test : public ::testing::Test {
protected:
    void fail(std::string_view name, std::size_t times, std::string_view client = here) {
        for (std::size_t i = 0; i < times; ++i) {
            EXPECT_FALSE(guard_.begin(name, client)) << i;
            guard_.failed(name, client);
        }
    }

    manual_clock clock_{timestamp(std::chrono::seconds(1'700'000'000))};
    login_guard guard_{clock_};
};

TEST_F(login_guard_test, ten_failures_of_a_name_bar_it_until_their_minute_ends) {
    fail("bob", 10);
    EXPECT_EQ(guard_.begin("bob", here), 60s);
    EXPECT_FALSE(guard_.begin("ada", here)) << "others are let in";
    clock_.advance(59'500ms);
    EXPECT_EQ(guard_.begin("bob", here), 1s);
    clock_.advance(500ms);
    fail("bob", 10);
    EXPECT_TRUE(guard_.begin("bob", here));
}

TEST_F(login_guard_test, a_stranger_does_not_lock_the_owner_out) {
    fail("bob", 10, here);
    EXPECT_TRUE(guard_.begin("bob", here));
    EXPECT_FALSE(guard_.begin("bob", there));
    guard_.take_back("bob", there);
    EXPECT_TRUE(guard_.begin("bob", here)) << "and does not free the stranger";
}

TEST_F(login_guard_test, from_everywhere_together_a_name_may_fail_a_hundred_times) {
    for (int i = 0; i < 10; ++i)
        fail("bob", 10, "192.0.2." + std::to_string(i));
    EXPECT_EQ(guard_.begin("bob", "198.51.100.1"), 60s);
    EXPECT_FALSE(guard_.begin("ada", "198.51.100.1"));
    clock_.advance(60s);
    EXPECT_FALSE(guard_.begin("bob", "198.51.100.1"));
}

TEST_F(login_guard_test, addresses_of_one_customer_are_one_client) {
    fail("bob", 5, "2001:db8:1:2::1");
    fail("bob", 5, "2001:db8:1:2:ffff::9");
    EXPECT_TRUE(guard_.begin("bob", "2001:db8:1:2::7"));
    EXPECT_FALSE(guard_.begin("bob", "2001:db8:1:3::7"));
    std::vector<std::unique_ptr<login_guard::place>> held;
    for (std::size_t i = 0; i < login_guard::most_hashes_per_client; ++i)
        held.push_back(guard_.enter("2001:db8:1:2::" + std::to_string(i)));
    EXPECT_TRUE(held.back());
    EXPECT_FALSE(guard_.enter("2001:db8:1:2::9999"));
    EXPECT_TRUE(guard_.enter("2001:db8:1:3::1"));
}

TEST_F(login_guard_test, what_did_not_fail_counts_no_more) {
    for (int i = 0; i < 200; ++i) {
        EXPECT_FALSE(guard_.begin("bob", here));
        guard_.take_back("bob", here);
    }
    fail("bob", 9);
    EXPECT_FALSE(guard_.begin("bob", here));
    guard_.take_back("bob", here); // its owner logs in: the guesser's failures stay
    EXPECT_FALSE(guard_.begin("bob", here));
    EXPECT_TRUE(guard_.begin("bob", here));
    guard_.take_back("nobody", here);
    guard_.failed("nobody", here);
}

TEST_F(login_guard_test, more_attempts_at_once_than_may_fail_wait_for_each_other) {
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(guard_.begin("bob", here));
    EXPECT_EQ(guard_.begin("bob", here), 0s) << "in a moment";
    guard_.take_back("bob", here);
    EXPECT_FALSE(guard_.begin("bob", here));
    for (int i = 0; i < 9; ++i) {
        EXPECT_EQ(guard_.begin("bob", here), 0s);
        guard_.failed("bob", here);
    }
    guard_.failed("bob", here);
    EXPECT_EQ(guard_.begin("bob", here), 60s) << "all of them failed";
    clock_.advance(60s);
    EXPECT_FALSE(guard_.begin("bob", here));
}

TEST_F(login_guard_test, a_flood_of_names_drops_the_oldest_only) {
    fail("first", 10);
    clock_.advance(1s);
    fail("second", 10);
    clock_.advance(1s);
    for (std::size_t i = 0; i < login_guard::most_counts / 2 - 1; ++i)
        EXPECT_FALSE(guard_.begin(std::to_string(i), here));
    EXPECT_TRUE(guard_.begin("second", here));
    EXPECT_FALSE(guard_.begin("first", here)) << "forgotten";
}

// What is refused costs no hash, so that nothing bounds how much of it there is.
TEST_F(login_guard_test, refused_attempts_from_many_addresses_drop_nothing) {
    fail("first", 10);
    clock_.advance(1s);
    for (int i = 0; i < 10; ++i)
        fail("bob", 10, "192.0.2." + std::to_string(i));
    for (std::size_t i = 0; i < login_guard::most_counts; ++i)
        EXPECT_TRUE(guard_.begin("bob", "client" + std::to_string(i)));
    EXPECT_TRUE(guard_.begin("first", here));
}

TEST_F(login_guard_test, one_client_has_few_hashes_in_flight) {
    std::vector<std::unique_ptr<login_guard::place>> held;
    for (std::size_t i = 0; i < login_guard::most_hashes_per_client; ++i)
        held.push_back(guard_.enter(here));
    EXPECT_TRUE(held.back());
    EXPECT_FALSE(guard_.enter(here));
    EXPECT_TRUE(guard_.enter(there));
    held.pop_back();
    EXPECT_TRUE(guard_.enter(here));
}

TEST_F(login_guard_test, some_more_wait_for_a_place_and_the_rest_is_refused) {
    async::asio::io_context context(1);
    std::vector<std::unique_ptr<login_guard::place>> held;
    std::size_t served = 0, refused = 0;
    const auto ask = [&]() -> async::awaitable<> {
        auto place = co_await guard_.wait_for_place(std::string(here), clock_.steady_now() + 1h);
        if (!place) {
            ++refused;
        } else {
            ++served;
            held.push_back(std::move(place));
        }
    };
    const auto all = login_guard::most_hashes_per_client + login_guard::most_waiting_per_client + 5;
    for (std::size_t i = 0; i < all; ++i)
        async::asio::co_spawn(context.get_executor(), ask(), async::asio::detached);
    context.poll();
    EXPECT_EQ(served, login_guard::most_hashes_per_client);
    EXPECT_EQ(refused, 5U);
    while (served + refused < all) {
        held.clear();
        ASSERT_GT(context.run_one(), 0U);
    }
    EXPECT_EQ(served, login_guard::most_hashes_per_client + login_guard::most_waiting_per_client);

    // Nobody waits any longer than its time.
    while (held.size() < login_guard::most_hashes_per_client)
        held.push_back(guard_.enter(here));
    ASSERT_TRUE(held.back());
    async::asio::co_spawn(context.get_executor(), ask(), async::asio::detached);
    context.restart();
    context.poll();
    clock_.advance(2h);
    context.run();
    EXPECT_EQ(refused, 6U);
}

} // namespace
} // namespace voltlane::api
