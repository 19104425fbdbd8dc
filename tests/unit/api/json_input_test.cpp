#include "api/json_input.hpp"

#include "shared/base/json.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

std::optional<json_input> parse(std::string_view text) {
    json_input::fault wrong;
    return json_input::parse(text, wrong);
}

TEST(json_input, keeps_the_text_of_numbers) {
    const auto in = parse(R"({"a": 12.50, "b": 1e3, "c": -0, "d": 12345678901234567890.5, "e": 0.1, "s": "7",
                              "n": {"a": 9}, "l": [1.5], "f": 100000000000000000000000000})");
    ASSERT_TRUE(in);
    EXPECT_EQ(in->number_text("a"), "12.50");
    EXPECT_EQ(in->number_text("b"), "1e3");
    EXPECT_EQ(in->number_text("c"), "-0");
    EXPECT_EQ(in->number_text("d"), "12345678901234567890.5");
    EXPECT_EQ(in->number_text("e"), "0.1");
    EXPECT_EQ(in->number_text("f"), "100000000000000000000000000");
    EXPECT_EQ(in->number_text("s"), "");
    EXPECT_EQ(in->number_text("n"), "");
    EXPECT_EQ(in->number_text("l"), "");
    EXPECT_EQ(in->number_text("absent"), "");
    EXPECT_EQ(jsonio::find_string(in->object(), "s"), "7");
}

TEST(json_input, takes_the_last_of_a_repeated_name) {
    const auto in = parse(R"({"a": 1.10, "a": 2.20})");
    ASSERT_TRUE(in);
    EXPECT_EQ(in->number_text("a"), "2.20");
    EXPECT_EQ(parse(R"({"a": 1.10, "a": "x"})")->number_text("a"), "");
}

TEST(json_input, takes_nothing_for_an_empty_object) {
    for (const auto* text : {"", "  \r\n", "{}", " { } \n"}) {
        const auto in = parse(text);
        ASSERT_TRUE(in) << text;
        EXPECT_TRUE(in->object().empty());
    }
}

TEST(json_input, refuses_what_is_no_object) {
    for (const auto* text : {"[]", "null", "1", "\"a\"", "[{}]"}) {
        json_input::fault wrong;
        EXPECT_FALSE(json_input::parse(text, wrong)) << text;
        EXPECT_TRUE(wrong.not_an_object) << text;
    }
}

TEST(json_input, refuses_malformed_and_hostile_text) {
    std::string deep = "{\"a\":";
    for (int i = 0; i < 40; ++i)
        deep += '[';
    for (int i = 0; i < 40; ++i)
        deep += ']';
    deep += '}';
    for (const std::string& text :
         {std::string("{"), std::string("{\"a\":}"), std::string("{\"a\":1}x"), std::string("{'a':1}"),
          std::string("{\"a\":01}"), std::string("{\"a\":NaN}"), std::string("{\"a\":\"\xff\"}"),
          std::string("{\"a\":\"\\ud800\"}"), std::string("\0{}", 3), std::string("{\"a\":1,}"),
          std::string("// x\n{}"), deep}) {
        json_input::fault wrong;
        EXPECT_FALSE(json_input::parse(text, wrong)) << text;
        EXPECT_FALSE(wrong.message.empty());
        EXPECT_FALSE(wrong.not_an_object);
    }
}

} // namespace
} // namespace voltlane::api
