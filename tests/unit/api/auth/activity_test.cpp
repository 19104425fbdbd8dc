#include "api/auth/activity.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

manual_clock at_noon() {
    return manual_clock(timestamp(std::chrono::seconds(1'700'000'000)));
}

TEST(activity, says_once_a_minute_that_a_session_is_used) {
    auto now = at_noon();
    activity a(now);
    for (int i = 0; i < 100; ++i)
        a.note(7);
    now.advance(3s);
    a.note(8);
    const auto first = a.take(10);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].session, 7);
    EXPECT_EQ(first[0].ago, 3s);
    EXPECT_EQ(first[1].session, 8);
    EXPECT_EQ(first[1].ago, 0s);
    a.note(7);
    EXPECT_TRUE(a.take(10).empty());
    now.advance(57s);
    a.note(7);
    a.note(8);
    const auto second = a.take(10);
    ASSERT_EQ(second.size(), 1U); // 8 was noted 57 s ago
    EXPECT_EQ(second[0].session, 7);
}

TEST(activity, is_taken_in_batches_and_noted_again_when_it_could_not_be_written) {
    auto now = at_noon();
    activity a(now);
    for (std::int64_t s = 1; s <= 5; ++s)
        a.note(s);
    const auto batch = a.take(3);
    EXPECT_EQ(batch.size(), 3U);
    a.forget(batch);
    a.note(2);
    EXPECT_EQ(a.take(10).size(), 3U); // 4, 5 and 2 once more
    EXPECT_TRUE(a.take(10).empty());
}

TEST(activity, is_bounded) {
    auto now = at_noon();
    activity a(now);
    const auto most = static_cast<std::int64_t>(activity::most_sessions);
    for (std::int64_t s = 0; s < most + 10; ++s)
        a.note(s);
    EXPECT_EQ(a.take(activity::most_sessions * 2).size(), activity::most_sessions);
    now.advance(61s);
    EXPECT_TRUE(a.take(10).empty()); // forgets the last minute
    a.note(most + 5);
    EXPECT_EQ(a.take(10).size(), 1U);
}

} // namespace
} // namespace voltlane::api
