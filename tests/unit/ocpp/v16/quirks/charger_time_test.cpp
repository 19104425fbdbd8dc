#include "shared/ocpp/v16/quirks/charger_time.hpp"

#include "unit/ocpp/v16/support.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

struct written {
    std::string text;
    std::string utc; // empty: unreadable
    std::string quirks{};
};

// field-notes 1 to 4, fuzz E6
TEST(charger_time, is_read_by_the_table) {
    const std::string bad = "time_unreadable";
    const std::vector<written> cases{
        {"2025-04-25T15:38:39Z", "2025-04-25T15:38:39Z"},
        {"2025-04-25T15:38:39+03:00", "2025-04-25T12:38:39Z"},
        {"2025-04-25T15:38:39-03:30", "2025-04-25T19:08:39Z"},
        {"2025-04-25T15:38:39+00:00", "2025-04-25T15:38:39Z"},
        {"2025-04-25T15:38:39+03", "2025-04-25T12:38:39Z", "time_short_offset"},
        {"2025-04-25T15:38:39+0330", "2025-04-25T12:08:39Z", "time_short_offset"},
        {"2023-10-19T15:28:07", "2023-10-19T15:28:07Z", "time_without_zone"},
        {"2023-10-19T15:28:07.5", "2023-10-19T15:28:07.5Z", "time_without_zone"},
        {"2025-04-25T15:38:39.1Z", "2025-04-25T15:38:39.1Z"},
        {"2025-04-25T15:38:39.123456Z", "2025-04-25T15:38:39.123456Z"},
        {"2025-04-25T15:38:39.123456789Z", "2025-04-25T15:38:39.123456Z"},
        {"2025-04-25T15:38:39." + std::string(1000, '9') + "+02", "2025-04-25T13:38:39.999999Z",
         "time_short_offset"},
        {"2025-04-25T15:38:39,5Z", "2025-04-25T15:38:39.5Z", "time_loose_format"},
        {"2025-04-25 15:38:39Z", "2025-04-25T15:38:39Z", "time_loose_format"},
        {"2025-04-25t15:38:39z", "2025-04-25T15:38:39Z", "time_loose_format"},
        {"2025-04-25T15:38Z", "2025-04-25T15:38:00Z", "time_loose_format"},
        {" 2025-04-25T15:38:39Z ", "2025-04-25T15:38:39Z"},
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "time_unset_clock"},
        {"2019-12-31T23:59:59Z", "2019-12-31T23:59:59Z", "time_unset_clock"},
        {"2106-02-07T06:28:16Z", "2106-02-07T06:28:16Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", "time_leap_second time_unset_clock"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
        {"2025-02-29T00:00:00Z", "", bad},
        {"2025-02-30T00:00:00Z", "", bad},
        {"2025-13-01T00:00:00Z", "", bad},
        {"2025-00-01T00:00:00Z", "", bad},
        {"2025-04-25T24:00:00Z", "", bad},
        {"2025-04-25T15:60:00Z", "", bad},
        {"2025-04-25T15:38:61Z", "", bad},
        {"2025-04-25T15:38:39.Z", "", bad},
        {"2025-04-25T15:38:39+3", "", bad},
        {"2025-04-25T15:38:39+24", "", bad},
        {"2025-04-25T15:38:39+03:6", "", bad},
        {"2025-04-25T15:38:39+03:60", "", bad},
        {"2025-04-25T15:38:39+", "", bad},
        {"2025-04-25T15:38:39Zx", "", bad},
        {"2025-04-25T15:38:39Z[GMT]", "", bad},
        {"2025-04-25", "", bad},
        {"25.04.2025 15:38", "", bad},
        {"04/25/2025 3:38 PM", "", bad},
        {"1745595519", "", bad},
        {"-025-04-25T15:38:39Z", "", bad},
        {"", "", bad},
        {"T", "", bad},
    };
    for (const auto& c : cases) {
        quirk_set quirks;
        const auto time = read_charger_time(c.text, quirks);
        EXPECT_EQ(time.text, c.text);
        EXPECT_EQ(time.value, c.utc.empty() ? std::nullopt : std::optional(at(c.utc))) << c.text;
        EXPECT_EQ(names(quirks), c.quirks) << c.text;
        EXPECT_EQ(time.zone_missing, quirks.has(quirk::time_without_zone)) << c.text;
    }
}

TEST(charger_time, without_a_zone_is_the_stations) {
    quirk_set quirks;
    const auto time = read_charger_time("2023-10-19T15:28:07", quirks, std::chrono::minutes{120});
    EXPECT_EQ(time.value, at("2023-10-19T13:28:07Z"));
    EXPECT_TRUE(time.zone_missing);
    EXPECT_EQ(read_charger_time("2023-10-19T15:28:07Z", quirks, std::chrono::minutes{120}).value,
              at("2023-10-19T15:28:07Z"));
}

TEST(charger_time, as_a_member) {
    const auto o = object(R"({"null":null,"number":1745595519,"text":"2025-04-25T15:38:39Z"})");
    quirk_set quirks;
    EXPECT_TRUE(read_charger_time(o, "text", true, quirks).value.has_value());
    EXPECT_FALSE(read_charger_time(o, "absent", false, quirks).value.has_value());
    EXPECT_FALSE(read_charger_time(o, "null", false, quirks).value.has_value());
    EXPECT_EQ(names(quirks), "");
    read_charger_time(o, "null", true, quirks);
    EXPECT_EQ(names(quirks), "time_missing");
    EXPECT_EQ(read_charger_time(o, "number", true, quirks).text, "");
    EXPECT_EQ(names(quirks), "time_unreadable time_missing");
}

} // namespace
} // namespace voltlane::ocpp::v16
