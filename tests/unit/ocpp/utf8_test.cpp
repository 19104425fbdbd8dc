#include "shared/ocpp/utf8.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp {
namespace {

TEST(utf8, knows_what_is_valid) {
    const std::vector<std::pair<std::string, bool>> cases{
        {"", true},
        {"abc", true},
        {"caf\xC3\xA9", true},
        {"\xE2\x82\xAC", true},
        {"\xF0\x9F\x98\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {std::string(1, '\0'), true},
        {"\xC3\x28", false},
        {"\xC3", false},
        {"\x80", false},
        {"\xC0\xAF", false},
        {"\xC1\xBF", false},
        {"\xE0\x80\x80", false},
        {"\xED\xA0\x80", false},
        {"\xED\x9F\xBF", true},
        {"\xF0\x80\x80\x80", false},
        {"\xF4\x90\x80\x80", false},
        {"\xF5\x80\x80\x80", false},
        {"\xFF", false},
        {"\xE2\x82", false},
    };
    for (const auto& [text, valid] : cases) {
        EXPECT_EQ(is_utf8(text), valid) << testing::PrintToString(text);
        EXPECT_TRUE(is_utf8(to_utf8(text)));
        if (valid) {
            EXPECT_EQ(to_utf8(text), text);
        }
    }
}

TEST(utf8, counts_and_cuts_characters) {
    const std::string text = "a\xC3\xA9\xF0\x9F\x98\x80z";
    EXPECT_EQ(count_characters(text), 4u);
    EXPECT_EQ(cut_characters(text, 0), "");
    EXPECT_EQ(cut_characters(text, 2), "a\xC3\xA9");
    EXPECT_EQ(cut_characters(text, 3), "a\xC3\xA9\xF0\x9F\x98\x80");
    EXPECT_EQ(cut_characters(text, 4), text);
    EXPECT_EQ(cut_characters(text, 100), text);
    EXPECT_EQ(to_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
}

} // namespace
} // namespace voltlane::ocpp
