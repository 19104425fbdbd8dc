#include "shared/http/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace voltlane::http {
namespace {

path_matcher table() {
    path_matcher m;
    m.add("GET", "/api/sessions/", 0);
    m.add("GET", "/api/sessions/<id>/", 1);
    m.add("GET", "/api/sessions/revenue/", 2);
    m.add("POST", "/api/sessions/<id>/close/", 3);
    m.add("PATCH", "/api/sessions/<id>/", 4);
    m.add("DELETE", "/api/cp/<pk>/prices/<id>/", 5);
    return m;
}

TEST(router, finds_routes_with_and_without_a_trailing_slash) {
    const auto m = table();
    for (const auto* path : {"/api/sessions", "/api/sessions/"}) {
        const auto f = m.find("GET", path);
        EXPECT_EQ(f.index, 0U) << path;
        EXPECT_TRUE(f.parameters.empty());
    }
    EXPECT_EQ(m.find("HEAD", "/api/sessions/").index, 0U);
}

TEST(router, prefers_literals_over_names) {
    const auto m = table();
    EXPECT_EQ(m.find("GET", "/api/sessions/revenue").index, 2U);
    const auto one = m.find("GET", "/api/sessions/17/");
    EXPECT_EQ(one.index, 1U);
    EXPECT_EQ(one.parameters, std::vector<std::string>{"17"});
}

TEST(router, decodes_parameters_in_order_and_keeps_slashes_inside_their_segment) {
    const auto f = table().find("DELETE", "/api/cp/A%20%2F%C3%A4/prices/3/");
    EXPECT_EQ(f.index, 5U);
    EXPECT_EQ(f.parameters, (std::vector<std::string>{"A /ä", "3"}));
}

TEST(router, tells_a_wrong_method_from_an_unknown_path) {
    const auto m = table();
    const auto wrong = m.find("PUT", "/api/sessions/17");
    EXPECT_TRUE(wrong.path);
    EXPECT_FALSE(wrong.index);
    EXPECT_EQ(wrong.allowed, (std::vector<std::string>{"GET", "HEAD", "OPTIONS", "PATCH"}));
    EXPECT_EQ(m.find("POST", "/api/sessions/revenue/").allowed,
              (std::vector<std::string>{"GET", "HEAD", "OPTIONS"}));
}

TEST(router, matches_nothing_else) {
    const auto m = table();
    for (const auto* path :
         {"/", "", "/api", "/api/sessions/1/2", "/api//sessions", "//api/sessions/", "/api/sessions//",
          "/api/sessions/%zz/", "/API/sessions/", "/api/sessions/1/close/x", "/api/cp//prices/1/"}) {
        EXPECT_FALSE(m.find("GET", path).path) << path;
    }
}

TEST(router, refuses_a_table_with_mistakes) {
    auto m = table();
    EXPECT_THROW(m.add("GET", "/api/sessions/<other>/", 9), std::logic_error);
    EXPECT_THROW(m.add("GET", "/api/x", 9), std::logic_error);
    EXPECT_THROW(m.add("GET", "api/x/", 9), std::logic_error);
}

TEST(router, describes_its_table_for_tests) {
    router<int> r;
    r.add({"GET", "/a/<id>/", access::open, "letters", {}});
    r.add({"POST", "/b/", access::administrator, "letters", {}});
    EXPECT_EQ(r.describe(), "GET\t/a/{id}/\tpublic\tletters\nPOST\t/b/\tadministrator\tletters\n");
}

TEST(router, a_path_is_known_however_it_is_spelled_and_whatever_the_method) {
    path_matcher m;
    m.add("POST", "/api/auth/login/", 7);
    for (const auto* path : {"/api/auth/login", "/api/auth/%6cogin/"}) {
        const auto found = m.find("GET", path);
        EXPECT_FALSE(found.index) << path;
        EXPECT_EQ(found.any, 7U) << path;
    }
    EXPECT_FALSE(m.find("POST", "/api/auth/other/").any);
}

} // namespace
} // namespace voltlane::http
