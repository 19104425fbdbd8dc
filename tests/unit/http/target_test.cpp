#include "shared/http/target.hpp"

#include <gtest/gtest.h>

namespace voltlane::http {
namespace {

TEST(target, decodes_percent_escapes_and_refuses_broken_ones) {
    EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(percent_decode("%C3%A4"), "ä");
    for (const auto* broken : {"%", "%2", "%zz", "abc%", "%2G"})
        EXPECT_EQ(percent_decode(broken), std::nullopt) << broken;
}

TEST(target, what_was_encoded_is_decoded_to_the_same) {
    std::string all;
    for (int c = 0; c < 256; ++c)
        all += static_cast<char>(c);
    EXPECT_EQ(percent_decode(percent_encode(all)), all);
    EXPECT_EQ(percent_encode("a-b_c.d~9"), "a-b_c.d~9");
}

TEST(target, finds_the_first_query_parameter_of_a_name) {
    const std::string_view query = "limit=5&offset=&&cp=A%26B&flag&limit=6&bad=%zz";
    EXPECT_EQ(query_parameter(query, "limit"), "5");
    EXPECT_EQ(query_parameter(query, "offset"), "");
    EXPECT_EQ(query_parameter(query, "cp"), "A&B");
    EXPECT_EQ(query_parameter(query, "flag"), "");
    EXPECT_EQ(query_parameter(query, "bad"), std::nullopt);
    EXPECT_EQ(query_parameter(query, "nothing"), std::nullopt);
    EXPECT_EQ(query_parameter("", "limit"), std::nullopt);
    EXPECT_EQ(query_parameters(query).size(), 5U);
}

TEST(target, splits_path_and_query) {
    using parts = std::pair<std::string_view, std::string_view>;
    EXPECT_EQ(split_target("/a/b?x=1&y"), parts("/a/b", "x=1&y"));
    EXPECT_EQ(split_target("/a/b"), parts("/a/b", ""));
    EXPECT_EQ(split_target("/a?x?y#z"), parts("/a", "x?y"));
    EXPECT_EQ(split_target("http://host:1/a?x"), parts("/a", "x"));
    EXPECT_EQ(split_target("http://host"), parts("/", ""));
    for (const auto* wrong : {"", "*", "a/b", "?x"})
        EXPECT_EQ(split_target(wrong), std::nullopt) << wrong;
}

} // namespace
} // namespace voltlane::http
