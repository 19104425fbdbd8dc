#include "shared/base/text.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace voltlane {
namespace {

TEST(text, integers_are_the_whole_text) {
    EXPECT_EQ(parse_integer<int>("0"), 0);
    EXPECT_EQ(parse_integer<int>("-17"), -17);
    EXPECT_EQ(parse_integer<std::int64_t>("9223372036854775807"), 9223372036854775807);
    EXPECT_EQ(parse_integer<std::uint16_t>("65535"), 65535);
    for (const auto* text : {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "2147483648"})
        EXPECT_FALSE(parse_integer<int>(text)) << text;
    EXPECT_FALSE(parse_integer<std::uint16_t>("-1"));
    EXPECT_FALSE(parse_integer<std::int64_t>("9223372036854775808"));
}

TEST(text, folding_is_ascii_only) {
    EXPECT_EQ(ascii_lower("BURA-\xc3\x84"), "bura-\xc3\x84");
    EXPECT_TRUE(iequals("Cp1", "cP1"));
    EXPECT_FALSE(iequals("cp1", "cp10"));
    EXPECT_FALSE(iequals("[", "{")) << "0x5b and 0x7b differ by the case bit";
    EXPECT_TRUE(iequals("", ""));
}

TEST(text, trim) {
    EXPECT_EQ(trim("  a b\t\r\n"), "a b");
    EXPECT_EQ(trim("a"), "a");
    EXPECT_EQ(trim(" \t\n"), "");
    EXPECT_EQ(trim(""), "");
}

TEST(text, hex) {
    const std::string bytes("\x00\x7f\xff", 3);
    EXPECT_EQ(to_hex(bytes), "007fff");
    EXPECT_EQ(from_hex("007FfF"), bytes);
    EXPECT_EQ(from_hex(""), "");
    for (const auto* text : {"0", "0g", "0x", " 0", "123"})
        EXPECT_FALSE(from_hex(text)) << text;
}

TEST(text, base64url_has_one_spelling) {
    const std::pair<std::string, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg"},
                                                         {"fo", "Zm8"},
                                                         {"foo", "Zm9v"},
                                                         {"foobar", "Zm9vYmFy"},
                                                         {"\xfb\xff\xbf", "-_-_"}};
    for (const auto& [bytes, text] : cases) {
        EXPECT_EQ(to_base64url(bytes), text);
        EXPECT_EQ(from_base64url(text), bytes);
    }
    std::string all;
    for (int i = 0; i < 256; ++i)
        all.push_back(static_cast<char>(i));
    EXPECT_EQ(from_base64url(to_base64url(all)), all);
    for (const auto* text : {"Zg==", "Z", "Zm9vY", "Zm 9", "Zm+v", "Zm/v", "Zh", "Zm9"})
        EXPECT_FALSE(from_base64url(text)) << text;
}

} // namespace
} // namespace voltlane
