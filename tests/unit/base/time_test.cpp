#include "shared/base/time.hpp"

#include "shared/base/clock.hpp"

#include <gtest/gtest.h>

namespace voltlane {
namespace {

using namespace std::chrono_literals;

TEST(time, formats_are_utc_and_cut) {
    const auto t = *parse_rfc3339("2025-08-30T19:08:13.725989Z");
    EXPECT_EQ(format_seconds(t), "2025-08-30T19:08:13Z");
    EXPECT_EQ(format_millis(t), "2025-08-30T19:08:13.725Z");
    EXPECT_EQ(format_micros(t), "2025-08-30T19:08:13.725989Z");
    EXPECT_EQ(format_micros(timestamp{}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(format_millis(timestamp{-1us}), "1969-12-31T23:59:59.999Z") << "floor, also before 1970";
    std::string out = "at ";
    append_millis(out, t);
    EXPECT_EQ(out, "at 2025-08-30T19:08:13.725Z");
    EXPECT_EQ(cut_to_seconds(timestamp{-1us}), std::chrono::sys_seconds{-1s});
    EXPECT_EQ(cut_to_seconds(timestamp{1'999'999us}), std::chrono::sys_seconds{1s});
}

TEST(time, parses_rfc3339) {
    const std::pair<const char*, const char*> cases[] = {
        {"2025-09-05T16:10:20Z", "2025-09-05T16:10:20.000000Z"},
        {"2025-09-05t16:10:20z", "2025-09-05T16:10:20.000000Z"},
        {"2025-09-05 16:10:20+00:00", "2025-09-05T16:10:20.000000Z"},
        {"2025-09-05T16:10:20.5+02:00", "2025-09-05T14:10:20.500000Z"},
        {"2025-01-01T00:30:00-01:00", "2025-01-01T01:30:00.000000Z"},
        {"2025-01-01T00:30:00+01:00", "2024-12-31T23:30:00.000000Z"},
        {"2024-02-29T23:59:59.123456789Z", "2024-02-29T23:59:59.123456Z"},
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
        {"2106-02-07T06:28:16Z", "2106-02-07T06:28:16.000000Z"},
    };
    for (const auto& [text, expected] : cases) {
        const auto t = parse_rfc3339(text);
        ASSERT_TRUE(t) << text;
        EXPECT_EQ(format_micros(*t), expected) << text;
    }
}

TEST(time, refuses_everything_else) {
    for (const auto* text : {"",
                             "2025",
                             "2025-09-05",
                             "2025-09-05T16:10Z",
                             "2025-09-05T16:10:20",
                             "2025-09-05T16:10:20+02",
                             "2025-09-05T16:10:20+0200",
                             "2025-02-30T00:00:00Z",
                             "2023-02-29T00:00:00Z",
                             "2025-13-01T00:00:00Z",
                             "2025-00-10T00:00:00Z",
                             "2025-09-05T24:00:00Z",
                             "2025-09-05T16:60:00Z",
                             "2025-09-05T23:59:60Z",
                             "2025-09-05T16:10:20.Z",
                             "2025-09-05T16:10:20Zx",
                             " 2025-09-05T16:10:20Z",
                             "2025/09/05T16:10:20Z",
                             "2025-09-05T16-10-20Z",
                             "+025-09-05T16:10:20Z",
                             "2025-9-5T16:10:20Z",
                             "1757088620",
                             "2025-09-05T16:10:20+24:00",
                             "2025-09-05T16:10:20+01:60",
                             "2025-09-05T16:10:20[GMT]"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(time, any_number_of_fraction_digits) {
    const auto text = "2025-09-05T16:10:20." + std::string(5000, '9') + "Z";
    EXPECT_EQ(format_micros(*parse_rfc3339(text)), "2025-09-05T16:10:20.999999Z");
}

TEST(clock, moves_when_told_to) {
    manual_clock c(timestamp{} + 1h);
    const auto steady = c.steady_now();
    c.advance(5s);
    EXPECT_EQ(c.now(), timestamp{} + 1h + 5s);
    EXPECT_EQ(c.steady_now() - steady, 5s);
    c.set(timestamp{});
    EXPECT_EQ(c.now(), timestamp{});
    EXPECT_EQ(c.steady_now() - steady, 5s) << "the wall clock may jump, the steady one does not";
}

} // namespace
} // namespace voltlane
