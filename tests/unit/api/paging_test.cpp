#include "api/paging.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

http::request with(std::string query) {
    http::request r;
    r.path = "/api/sessions/";
    r.query = std::move(query);
    r.headers = {{"host", "h"}};
    return r;
}

std::string answer(const std::string& query, const std::optional<std::string>& next) {
    const auto r = with(query);
    const auto made = page_response(r, read_page(r), 77, "[1]", next);
    std::string text = made.body;
    for (const auto& [name, value] : made.headers)
        if (name == "Link") text += " " + value;
    return text;
}

TEST(paging, a_cursor_puts_the_offset_aside) {
    const auto p = read_page(with("limit=5&offset=10&cursor=abc"));
    EXPECT_EQ(p.cursor, "abc");
    EXPECT_EQ(p.offset, 0);
    EXPECT_TRUE(p.wrapped);
    EXPECT_FALSE(read_page(with("limit=5")).cursor);
    EXPECT_EQ(read_page(with("cursor=")).cursor, "");
}

TEST(paging, every_answer_says_how_to_go_on) {
    EXPECT_EQ(answer("", "abc"),
              R"({"count":77,"next":"http://h/api/sessions/?limit=30&offset=30","previous":null,)"
              R"("results":[1],"next_cursor":"abc"} <http://h/api/sessions/?cursor=abc>; rel="next")");
    EXPECT_EQ(
        answer("cp=A%26B&cursor=old", "abc"),
        R"({"count":77,"next":"http://h/api/sessions/?cursor=abc&cp=A%26B","previous":null,"results":[1],)"
        R"("next_cursor":"abc"} <http://h/api/sessions/?cursor=abc&cp=A%26B>; rel="next")");
    EXPECT_EQ(answer("limit=5", "abc"), R"([1] <http://h/api/sessions/?limit=5&cursor=abc>; rel="next")");
    EXPECT_EQ(answer("limit=5", std::nullopt), "[1]");
    EXPECT_EQ(answer("cursor=old", std::nullopt),
              R"({"count":77,"next":null,"previous":null,"results":[1],"next_cursor":null})");
    // The form stays: wrapped pages of another size go on being wrapped.
    EXPECT_EQ(
        answer("limit=5&offset=0&cursor=old", "abc"),
        R"({"count":77,"next":"http://h/api/sessions/?limit=5&cursor=abc&offset=0","previous":null,"results":[1],)"
        R"("next_cursor":"abc"} <http://h/api/sessions/?limit=5&cursor=abc&offset=0>; rel="next")");
}

TEST(paging, cursors_are_opaque_and_checked) {
    const auto cursor = make_cursor({"a", "", "-5"});
    EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    EXPECT_EQ(read_cursor(cursor, 3), (std::vector<std::string>{"a", "", "-5"}));
    EXPECT_FALSE(read_cursor(cursor, 2));
    EXPECT_FALSE(read_cursor("not base64!", 1));
    EXPECT_FALSE(read_cursor(std::string(4'000, 'A'), 1));
    EXPECT_EQ(bad_cursor().status, 400U);
}

} // namespace
} // namespace voltlane::api
