#include "shared/base/json.hpp"

#include <limits>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::jsonio {
namespace {

TEST(json, strings_survive_a_round_trip) {
    std::string all;
    for (char c = 0; c < 0x7f; ++c)
        all.push_back(c);
    all += "\x7f\xc3\xa4\xf0\x9f\x98\x80";
    for (const auto& text : {all, std::string(), std::string("\"\\\n\r\t"), std::string("</script>")}) {
        std::string out;
        append_string(out, text);
        EXPECT_EQ(std::string_view(boost::json::parse(out).as_string()), text);
    }
    std::string out;
    append_string(out, std::string_view("a\0\x1f", 3));
    EXPECT_EQ(out, R"("a\u0000\u001f")");
}

TEST(json, members_are_separated) {
    std::string out = "{";
    append_member(out, "text", "a\"b");
    append_member(out, "view", std::string_view("v"));
    append_member(out, "least", std::numeric_limits<std::int64_t>::min());
    append_member(out, "small", 7);
    append_member(out, "yes", true);
    append_raw_member(out, "raw", "[1,2]");
    append_name(out, "inner");
    out += '{';
    append_member(out, "first", false);
    out += "}}";
    EXPECT_EQ(out,
              R"({"text":"a\"b","view":"v","least":-9223372036854775808,"small":7,"yes":true,"raw":[1,2],)"
              R"("inner":{"first":false}})");
    EXPECT_NO_THROW(boost::json::parse(out));
}

TEST(json, names_are_escaped_as_text_is) {
    std::string out = "{";
    append_member(out, "\"\\\n", 1);
    append_raw_member(out, std::string_view("\x01", 1), "2");
    EXPECT_EQ(out + "}", R"({"\"\\\n":1,"\u0001":2})");
}

TEST(json, finds_only_what_is_of_the_type) {
    const auto value = boost::json::parse(
        R"({"s":"x","n":5,"d":5.0,"big":9223372036854775808,"b":true,"o":{},"a":[1],"z":null})");
    const auto& o = value.as_object();
    EXPECT_EQ(find_string(o, "s"), "x");
    EXPECT_EQ(find_integer(o, "n"), 5);
    EXPECT_EQ(find_bool(o, "b"), true);
    EXPECT_NE(find_object(o, "o"), nullptr);
    EXPECT_EQ(find_array(o, "a")->size(), 1u);
    EXPECT_FALSE(find_integer(o, "d"));
    EXPECT_FALSE(find_integer(o, "big"));
    for (const auto* name : {"z", "missing"}) {
        EXPECT_EQ(find(o, name), nullptr) << "null counts as absent";
        EXPECT_FALSE(find_string(o, name));
        EXPECT_FALSE(find_integer(o, name));
        EXPECT_FALSE(find_bool(o, name));
        EXPECT_EQ(find_object(o, name), nullptr);
        EXPECT_EQ(find_array(o, name), nullptr);
    }
    EXPECT_FALSE(find_string(o, "n"));
    EXPECT_FALSE(find_bool(o, "s"));
    EXPECT_EQ(find_array(o, "o"), nullptr);
}

} // namespace
} // namespace voltlane::jsonio
