#include "shared/pg/arrays.hpp"

#include "shared/base/decimal.hpp"

#include <gtest/gtest.h>

namespace voltlane::pg {
namespace {

std::string one(std::string_view text) {
    return array().add(text).literal();
}

TEST(array, of_text_is_quoted_always) {
    EXPECT_EQ(array().literal(), "{}");
    EXPECT_EQ(one(""), R"({""})");
    EXPECT_EQ(one("plain"), R"({"plain"})");
    EXPECT_EQ(one("NULL"), R"({"NULL"})");
    EXPECT_EQ(one("a,b"), R"({"a,b"})");
    EXPECT_EQ(one("{a}"), R"({"{a}"})");
    EXPECT_EQ(one("say \"hi\""), R"({"say \"hi\""})");
    EXPECT_EQ(one(R"(back\slash)"), R"({"back\\slash"})");
    EXPECT_EQ(one(R"(\")"), R"({"\\\""})");
    EXPECT_EQ(one(" blanks "), R"({" blanks "})");
    EXPECT_EQ(one("Zürich\n"), "{\"Zürich\n\"}");
}

TEST(array, cuts_text_at_a_zero_byte) {
    EXPECT_EQ(one(std::string_view("ab\0cd", 5)), R"({"ab"})");
}

TEST(array, of_numbers_flags_times_and_nulls) {
    EXPECT_EQ(array().add(std::int64_t{-5}).add(0).add_null().literal(), "{-5,0,NULL}");
    EXPECT_EQ(array().add(INT64_MIN).add(INT64_MAX).literal(), "{-9223372036854775808,9223372036854775807}");
    EXPECT_EQ(array().add(true).add(false).literal(), "{t,f}");
    EXPECT_EQ(array().add(price{10'000}).add(std::optional<price>{}).literal(), "{10.000,NULL}");
    const timestamp t{std::chrono::microseconds{1}};
    EXPECT_EQ(array().add(t).literal(), R"({"1970-01-01T00:00:00.000001Z"})");
    EXPECT_EQ(array().add_or_null("").add_or_null("x").literal(), R"({NULL,"x"})");
}

TEST(array, counts_and_starts_again) {
    array a;
    a.add("x").add_null();
    EXPECT_EQ(a.size(), 2u);
    EXPECT_EQ(a.literal(), a.literal());
    a.clear();
    EXPECT_TRUE(a.empty());
    EXPECT_EQ(a.add(7).literal(), "{7}");
}

} // namespace
} // namespace voltlane::pg
