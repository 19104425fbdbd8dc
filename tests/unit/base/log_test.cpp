#include "shared/base/log.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::log {
namespace {

using namespace std::chrono_literals;

TEST(log, a_json_line_is_one_json_object_whatever_the_message_holds) {
    ::testing::internal::CaptureStderr();
    start("gateway-1", "info", format::json);
    get("test")->info("a \"quoted\" line\nwith a break and {}", "\x01");
    get("test")->debug("filtered");
    const auto line = ::testing::internal::GetCapturedStderr();
    const auto value = boost::json::parse(line);
    EXPECT_EQ(value.at("process").as_string(), "gateway-1");
    EXPECT_EQ(value.at("logger").as_string(), "test");
    EXPECT_EQ(value.at("level").as_string(), "info");
    EXPECT_EQ(value.at("message").as_string(), "a \"quoted\" line\nwith a break and \x01");
}

TEST(log, levels_and_formats_are_checked) {
    EXPECT_EQ(check_level("debug"), "");
    EXPECT_NE(check_level("verbose"), "");
    EXPECT_EQ(check_format("auto"), "");
    EXPECT_NE(check_format("xml"), "");
}

TEST(limiter, lets_one_line_through_per_interval_and_counts_the_rest) {
    limiter every_ten(10s);
    const std::chrono::steady_clock::time_point t{};
    EXPECT_EQ(every_ten.due(t + 1s), 1U);
    EXPECT_EQ(every_ten.due(t + 2s), 0U);
    EXPECT_EQ(every_ten.due(t + 3s), 0U);
    EXPECT_EQ(every_ten.due(t + 11s), 3U);
    EXPECT_EQ(every_ten.due(t + 12s), 0U);
}

} // namespace
} // namespace voltlane::log
