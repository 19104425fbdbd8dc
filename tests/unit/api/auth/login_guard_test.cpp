#include "api/auth/login_guard.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

class login_guard_test : public ::testing::Test {
protected:
    void fail(std::string_view login, std::size_t times) {
        for (std::size_t i = 0; i < times; ++i) {
            EXPECT_FALSE(guard_.begin(login)) << i;
            guard_.failed(login);
        }
    }

    manual_clock clock_{timestamp(std::chrono::seconds(1'700'000'000))};
    login_guard guard_{clock_};
};

TEST_F(login_guard_test, ten_failures_of_a_name_bar_it_until_their_minute_ends) {
    fail("bob", 4);
    fail("BOB", 6);
    EXPECT_EQ(guard_.begin("Bob"), 60s);
    EXPECT_FALSE(guard_.begin("ada")) << "others are let in";
    clock_.advance(59'500ms);
    EXPECT_EQ(guard_.begin("bob"), 1s);
    clock_.advance(500ms);
    fail("bob", 10);
    EXPECT_TRUE(guard_.begin("bob"));
}

TEST_F(login_guard_test, what_did_not_fail_counts_no_more) {
    for (int i = 0; i < 100; ++i) {
        EXPECT_FALSE(guard_.begin("bob"));
        guard_.take_back("bob");
    }
    fail("bob", 9);
    EXPECT_FALSE(guard_.begin("bob"));
    guard_.take_back("bob"); // its owner logs in: the guesser's failures stay
    EXPECT_FALSE(guard_.begin("bob"));
    EXPECT_TRUE(guard_.begin("bob"));
    guard_.take_back("nobody");
    guard_.failed("nobody");
}

TEST_F(login_guard_test, more_attempts_at_once_than_may_fail_wait_for_each_other) {
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(guard_.begin("bob"));
    EXPECT_EQ(guard_.begin("bob"), 0s) << "in a moment";
    guard_.take_back("bob");
    EXPECT_FALSE(guard_.begin("bob"));
    for (int i = 0; i < 9; ++i) {
        EXPECT_EQ(guard_.begin("bob"), 0s);
        guard_.failed("bob");
    }
    guard_.failed("bob");
    EXPECT_EQ(guard_.begin("bob"), 60s) << "all of them failed";
    clock_.advance(60s);
    EXPECT_FALSE(guard_.begin("bob"));
}

TEST_F(login_guard_test, a_flood_of_names_drops_the_oldest_only) {
    fail("first", 10);
    clock_.advance(1s);
    fail("second", 10);
    clock_.advance(1s);
    for (std::size_t i = 0; i < login_guard::most_names - 1; ++i)
        EXPECT_FALSE(guard_.begin(std::to_string(i)));
    EXPECT_TRUE(guard_.begin("second"));
    EXPECT_FALSE(guard_.begin("first")) << "forgotten";
}

TEST_F(login_guard_test, one_client_has_few_hashes_in_flight) {
    std::vector<std::unique_ptr<login_guard::place>> held;
    for (std::size_t i = 0; i < login_guard::most_hashes_per_client; ++i)
        held.push_back(guard_.enter("192.0.2.1"));
    EXPECT_TRUE(held.back());
    EXPECT_FALSE(guard_.enter("192.0.2.1"));
    EXPECT_TRUE(guard_.enter("192.0.2.2"));
    held.pop_back();
    EXPECT_TRUE(guard_.enter("192.0.2.1"));
}

} // namespace
} // namespace voltlane::api
