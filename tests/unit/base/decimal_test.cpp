#include "shared/base/decimal.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace voltlane {
namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

struct parse_case {
    const char* text;
    int scale;
    std::optional<std::int64_t> rounded;
    bool exact;
};

TEST(decimal, parses_text_without_a_double) {
    const parse_case cases[] = {
        {"0", 3, 0, true},
        {"-0", 3, 0, true},
        {"10", 3, 10'000, true},
        {"10.000", 3, 10'000, true},
        {"0.192", 3, 192, true},
        {"-12.50", 2, -1250, true},
        {"+1.5", 1, 15, true},
        {"0.1000", 1, 1, true},
        {"0.0005", 3, 1, false},
        {"0.00049999", 3, 0, false},
        {"-0.0005", 3, -1, false},
        {"2.5", 0, 3, false},
        {"1e3", 0, 1000, true},
        {"1.5E+2", 1, 1500, true},
        {"12345e-5", 3, 123, false},
        {"5e-1", 0, 1, false},
        {"4e-2", 0, 0, false},
        {"1e-40", 3, 0, false},
        {"0e40", 3, 0, true},
        {"9223372036854775807", 0, most, true},
        {"-9223372036854775807", 0, -most, true},
        {"0000000000000000000000000000000000000001", 0, 1, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(parse_scaled(c.text, c.scale), c.rounded);
        EXPECT_EQ(parse_scaled_exact(c.text, c.scale), c.exact ? c.rounded : std::nullopt);
    }
}

TEST(decimal, refuses_what_is_no_decimal_number) {
    for (const auto* text : {"",
                             "-",
                             "+",
                             ".",
                             ".5",
                             "5.",
                             "1,5",
                             "1.2.3",
                             " 1",
                             "1 ",
                             "0x1F",
                             "NaN",
                             "Infinity",
                             "e3",
                             "1e",
                             "1e+",
                             "1e41",
                             "1e-41",
                             "1e3.0",
                             "--1",
                             "1-",
                             "1e400",
                             "9223372036854775808",
                             "9223372036854775807.5",
                             "1e19",
                             "00000000000000000000000000000000000000001"})
        EXPECT_FALSE(parse_scaled(text, 0)) << text;
    EXPECT_FALSE(parse_scaled("9223372036854775807", 1));
    EXPECT_FALSE(parse_scaled(std::string_view("1\0", 2), 0));
}

TEST(decimal, formats) {
    EXPECT_EQ(format_scaled(10'000, 3), "10.000");
    EXPECT_EQ(format_scaled(5, 3), "0.005");
    EXPECT_EQ(format_scaled(-5, 3), "-0.005");
    EXPECT_EQ(format_scaled(0, 2), "0.00");
    EXPECT_EQ(format_scaled(42, 0), "42");
    EXPECT_EQ(format_scaled(std::numeric_limits<std::int64_t>::min(), 3), "-9223372036854775.808");
    EXPECT_EQ(format_number(15'000, 3), "15.0");
    EXPECT_EQ(format_number(192, 3), "0.192");
    EXPECT_EQ(format_number(-1250, 2), "-12.5");
    EXPECT_EQ(format_number(0, 3), "0.0");
    EXPECT_EQ(format_number(7, 0), "7.0");
    EXPECT_EQ(price::parse("0.27")->text(), "0.270");
    EXPECT_EQ(money{99'125}.number(), "99.125");
    EXPECT_FALSE(price::parse("free"));
}

TEST(decimal, divides_half_away_from_zero) {
    EXPECT_EQ(divide_half_up(5, 2), 3);
    EXPECT_EQ(divide_half_up(-5, 2), -3);
    EXPECT_EQ(divide_half_up(4, 3), 1);
    EXPECT_EQ(divide_half_up(5, 3), 2);
    EXPECT_EQ(divide_half_up(0, 7), 0);
    EXPECT_EQ(divide_half_up(static_cast<__int128>(most) * 1000, 1000), most);
    EXPECT_EQ(divide_half_up(static_cast<__int128>(most) * most, most), most);
}

} // namespace
} // namespace voltlane
