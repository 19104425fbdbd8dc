#include "workers/notify/back_off.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

TEST(back_off, table) {
    const std::pair<std::int64_t, std::chrono::milliseconds> table[] = {
        {0, 30s},  {1, 30s},   {2, 60s},   {3, 120s},  {4, 240s},          {5, 480s},
        {6, 960s}, {7, 1920s}, {8, 3600s}, {9, 3600s}, {1'000'000, 3600s},
    };
    for (const auto& [attempt, pause] : table) {
        EXPECT_EQ(back_off(attempt, 0.5), pause) << attempt;
        EXPECT_EQ(back_off(attempt, 0), pause * 8 / 10) << attempt;
        EXPECT_EQ(back_off(attempt, 1), pause * 12 / 10) << attempt;
    }
}

TEST(next_attempt, ends_a_day_after_it_was_asked_for) {
    const timestamp asked{};
    EXPECT_EQ(next_attempt(1, 0.5, asked, asked), 30s);
    // The last one is made exactly when the day is over.
    EXPECT_EQ(next_attempt(20, 0.5, asked, asked + 23h + 50min), 10min);
    EXPECT_EQ(next_attempt(20, 0.5, asked, asked + 24h - 1us), 1ms);
    EXPECT_EQ(next_attempt(1, 0.5, asked, asked + 24h), std::nullopt);
    EXPECT_EQ(next_attempt(1, 0.5, asked, asked + 24h * 30), std::nullopt);
    // An asker whose clock runs ahead.
    EXPECT_EQ(next_attempt(1, 0.5, asked + 1h, asked), 30s);
}

} // namespace
} // namespace voltlane::workers
