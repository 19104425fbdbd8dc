#include "workers/pools/upkeep.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

TEST(upkeep, what_fails_again_and_again_is_tried_ever_more_seldom) {
    EXPECT_EQ(upkeep::pause(1h, 0), 1h);
    EXPECT_EQ(upkeep::pause(1h, 1), 1min);
    EXPECT_EQ(upkeep::pause(1h, 2), 2min);
    EXPECT_EQ(upkeep::pause(1h, 6), 32min);
    EXPECT_EQ(upkeep::pause(1h, 7), 1h);
    EXPECT_EQ(upkeep::pause(1h, 1'000'000), 1h);
    for (const int failures : {0, 1, 2, 100})
        EXPECT_EQ(upkeep::pause(5s, failures), 5s) << "often anyway";
}

} // namespace
} // namespace voltlane::workers
