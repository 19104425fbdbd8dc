#include "api/form.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

json_input parse(std::string_view text) {
    json_input::fault wrong;
    auto in = json_input::parse(text, wrong);
    EXPECT_TRUE(in) << wrong.message;
    return in.value_or(json_input());
}

// The only message about field "x" after reading it by `read`; empty: it was right.
template <class Read>
std::string message(std::string_view text, Read read) {
    const auto in = parse(text);
    form f(in);
    read(f);
    if (f.ok()) return {};
    EXPECT_EQ(f.errors().size(), 1U);
    return f.errors().begin()->first + ": " + f.errors().begin()->second.front();
}

TEST(form, reads_text_as_clients_know_it) {
    const auto read = [](form& f) {
        f.text("x", {.required = true, .most = 3});
    };
    EXPECT_EQ(message(R"({"x":"abc"})", read), "");
    EXPECT_EQ(message(R"({"x":12})", read), "");
    EXPECT_EQ(message(R"({"x":"äöü"})", read), "");
    EXPECT_EQ(message(R"({})", read), "x: This field is required.");
    EXPECT_EQ(message(R"({"x":null})", read), "x: This field may not be null.");
    EXPECT_EQ(message(R"({"x":"  "})", read), "x: This field may not be blank.");
    EXPECT_EQ(message(R"({"x":"abcd"})", read), "x: Ensure this field has no more than 3 characters.");
    EXPECT_EQ(message(R"({"x":true})", read), "x: Not a valid string.");
    EXPECT_EQ(message(R"({"x":["a"]})", read), "x: Not a valid string.");
    EXPECT_EQ(message("{\"x\":\"a\\u0000b\"}", read), "x: Null characters are not allowed.");
}

TEST(form, reads_money_as_decimal_text) {
    struct row {
        const char* sent;
        std::int64_t units;
    };
    for (const auto& [sent, units] : {row{"10", 10000},
                                      {"\"10.000\"", 10000},
                                      {"0.1", 100},
                                      {"1e2", 100000},
                                      {"\" 2.5 \"", 2500},
                                      {"1.5000", 1500},
                                      {"500.0", 500000},
                                      {"0.001", 1}}) {
        const auto in = parse("{\"x\":" + std::string(sent) + "}");
        form f(in);
        const auto got = f.decimal("x", 3, 0, 999'999'999);
        EXPECT_TRUE(got.present) << sent;
        EXPECT_EQ(got.value, units) << sent;
    }
    const auto read = [](form& f) {
        f.decimal("x", 3, 0, 1'000'000);
    };
    EXPECT_EQ(message(R"({"x":0.0001})", read), "x: Ensure that there are no more than 3 decimal places.");
    EXPECT_EQ(message(R"({"x":-1})", read), "x: Ensure this value is greater than or equal to 0.0.");
    EXPECT_EQ(message(R"({"x":1000.001})", read), "x: Ensure this value is less than or equal to 1000.0.");
    for (const auto* wrong : {R"({"x":"ten"})", R"({"x":""})", R"({"x":true})", R"({"x":[1]})",
                              R"({"x":"NaN"})", R"({"x":"1,5"})", R"({"x":1e300})", R"({"x":"0x10"})"})
        EXPECT_EQ(message(wrong, read), "x: A valid number is required.") << wrong;
}

TEST(form, tells_null_from_absent) {
    const auto in = parse(R"({"x":null})");
    form f(in);
    const auto null = f.decimal("x", 2, 0, 100);
    EXPECT_TRUE(null.present);
    EXPECT_FALSE(null.value);
    EXPECT_FALSE(f.decimal("y", 2, 0, 100).present);
    EXPECT_TRUE(f.ok());
}

TEST(form, reads_choices_dates_times_and_integers) {
    const auto choice = [](form& f) {
        f.choice("x", {"a", "b"}, true);
    };
    EXPECT_EQ(message(R"({"x":"b"})", choice), "");
    EXPECT_EQ(message(R"({"x":"c"})", choice), "x: \"c\" is not a valid choice.");
    EXPECT_EQ(message(R"({})", choice), "x: This field is required.");
    const auto date = [](form& f) {
        f.date("x");
    };
    EXPECT_EQ(message(R"({"x":"2024-02-29"})", date), "");
    for (const auto* wrong : {"2023-02-29", "2024-2-9", "yesterday", "2024-02-29T00:00:00Z", "0000-01-01"})
        EXPECT_NE(message("{\"x\":\"" + std::string(wrong) + "\"}", date), "") << wrong;
    const auto time = [](form& f) {
        f.time("x");
    };
    EXPECT_EQ(message(R"({"x":"2030-01-01T00:00:00+02:00"})", time), "");
    EXPECT_NE(message(R"({"x":"2030-01-01"})", time), "");
    const auto integer = [](form& f) {
        f.integer("x", 0, 10);
    };
    EXPECT_EQ(message(R"({"x":"7"})", integer), "");
    EXPECT_EQ(message(R"({"x":7.5})", integer), "x: A valid integer is required.");
    EXPECT_EQ(message(R"({"x":11})", integer), "x: Ensure this value is less than or equal to 10.");
}

TEST(form, knows_an_email_address) {
    for (const auto* right : {"a@b.c", "demo+1@example.co.uk", "ä@ö.de", "o'neil.x_y-z@a-b.example"})
        EXPECT_TRUE(is_email(right)) << right;
    for (const auto* wrong : {"",         "a",         "a@b",         "@b.c",        "a@",
                              "a b@c.d",  "a@@b.c",    "a@b..c",      "a@.c",        "a@b.",
                              "a@b.c\n",  "a@b.c>",    "<a@b.c",      "a,b@c.d",     "a@b.c,d@e.f",
                              "a@b.c;",   "\"a\"@b.c", "a@[1.2.3.4]", "a@b_c.d",     ".a@b.c",
                              "a.@b.c",   "a..b@c.d",  "a\u200B@b.c", "a@b\u200B.c", "a@b.c\r\nBcc:x@y.z",
                              "a@b.c?x=y"})
        EXPECT_FALSE(is_email(wrong)) << wrong;
}

} // namespace
} // namespace voltlane::api
