#include "api/limits/rate_window.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

const timestamp noon = timestamp(std::chrono::sys_days(std::chrono::year(2026) / 5 / 17)) + 12h;

std::int64_t taken(rate_window& w, timestamp now, std::int64_t limit, int tries) {
    std::int64_t count = 0;
    for (int i = 0; i < tries; ++i)
        if (!w.take(now, limit)) ++count;
    return count;
}

TEST(rate_window, lets_pass_exactly_the_limit_in_one_minute) {
    rate_window w;
    EXPECT_EQ(taken(w, noon + 1s, 120, 130), 120);
    EXPECT_EQ(w.own(), 120) << "what was refused is not counted";
    EXPECT_EQ(taken(w, noon + 59s, 120, 5), 0);
}

TEST(rate_window, says_when_the_next_one_will_pass) {
    for (const auto& [at, limit, count] :
         {std::tuple{10s, 120, 120}, {59s, 120, 120}, {0s, 1, 1}, {30s, 2, 2}, {45s, 1000, 1000}}) {
        rate_window w;
        ASSERT_EQ(taken(w, noon + at, limit, count), count);
        const auto wait = w.take(noon + at, limit);
        ASSERT_TRUE(wait);
        EXPECT_GE(*wait, 1s);
        auto later = w;
        EXPECT_FALSE(later.take(noon + at + *wait, limit)) << wait->count();
        if (*wait > 1s) {
            EXPECT_TRUE(w.take(noon + at + *wait - 1s, limit)) << "not told to wait longer than needed";
        }
    }
}

TEST(rate_window, the_minute_before_counts_for_what_is_left_of_it) {
    rate_window w;
    ASSERT_EQ(taken(w, noon, 60, 60), 60);
    EXPECT_EQ(taken(w, noon + 60s, 60, 60), 0);
    EXPECT_EQ(taken(w, noon + 75s, 60, 60), 15);
    EXPECT_EQ(taken(w, noon + 90s, 60, 60), 15);
    const auto wait = w.take(noon + 90s, 60);
    ASSERT_TRUE(wait);
    EXPECT_EQ(*wait, 1s);
    rate_window rested;
    ASSERT_EQ(taken(rested, noon, 60, 60), 60);
    EXPECT_EQ(taken(rested, noon + 120s, 60, 70), 60);
}

TEST(rate_window, who_keeps_to_half_the_limit_is_never_refused) {
    rate_window w;
    for (int second = 0; second < 600; ++second)
        EXPECT_EQ(taken(w, noon + std::chrono::seconds(second), 120, 1), 1);
    rate_window bursts; // 60 at once, every minute, wherever in the minute that is
    for (int minute = 0; minute < 20; ++minute)
        EXPECT_EQ(taken(bursts, noon + 37s * minute % 60s + 60s * minute, 120, 60), 60) << minute;
}

TEST(rate_window, a_clock_that_is_set_back_neither_frees_nor_locks_out) {
    rate_window w;
    ASSERT_EQ(taken(w, noon, 10, 10), 10);
    const auto wait = w.take(noon - 1s, 10);
    ASSERT_TRUE(wait);
    EXPECT_LE(*wait, 121s);
}

TEST(rate_window, a_clock_that_was_ahead_for_a_while_bars_nobody_for_as_long) {
    rate_window w;
    ASSERT_EQ(taken(w, noon + 1h, 10, 10), 10);
    EXPECT_EQ(taken(w, noon, 10, 12), 10);
    EXPECT_EQ(w.minute(), rate_window::minute_of(noon));
    w.learn(rate_window::minute_of(noon + 1h), 10, 5000, 5000);
    EXPECT_EQ(w.total(), 10) << "an answer about a minute that never was";
    w.roll(noon + 120s);
    EXPECT_TRUE(w.idle());
}

TEST(rate_window, what_other_pods_counted_counts_here) {
    rate_window w;
    ASSERT_EQ(taken(w, noon, 120, 50), 50);
    EXPECT_EQ(w.unshared(), 50);
    ASSERT_EQ(taken(w, noon, 120, 3), 3); // while the sums were on their way
    w.learn(w.minute(), 50, 110, 0);
    EXPECT_EQ(w.unshared(), 3);
    EXPECT_EQ(w.total(), 113);
    EXPECT_EQ(taken(w, noon, 120, 50), 7);
    w.learn(w.minute() - 1, 50, 5000, 0);
    EXPECT_EQ(w.total(), 120) << "an answer about a minute that is over";
    w.learn(w.minute(), 50, 20, 0);
    EXPECT_EQ(w.total(), 60) << "a crashed PostgreSQL forgot; nobody is owed anything";
}

TEST(rate_window, learns_of_the_minute_before) {
    rate_window w;
    ASSERT_EQ(taken(w, noon, 60, 10), 10);
    w.learn(w.minute(), 10, 10, 60);
    EXPECT_TRUE(w.take(noon, 60));
    EXPECT_EQ(taken(w, noon + 50s, 60, 60), 40);
}

TEST(rate_window, is_idle_two_minutes_later) {
    rate_window w;
    EXPECT_TRUE(w.idle());
    ASSERT_EQ(taken(w, noon, 10, 1), 1);
    w.roll(noon + 60s);
    EXPECT_FALSE(w.idle());
    w.roll(noon + 120s);
    EXPECT_TRUE(w.idle());
}

} // namespace
} // namespace voltlane::api
