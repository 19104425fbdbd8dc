#include "api/conventions.hpp"

#include "api/errors.hpp"
#include "api/paging.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

http::request with(http::field_list headers, std::string path = "/api/sessions/", std::string query = "") {
    http::request r;
    r.method = "GET";
    r.path = std::move(path);
    r.query = std::move(query);
    r.headers = std::move(headers);
    return r;
}

TEST(conventions, takes_a_harmless_request_id_or_makes_one) {
    EXPECT_EQ(request_id_of(with({{"x-request-id", "abc-1.2_X"}})), "abc-1.2_X");
    for (const std::string& bad :
         {std::string("a b"), std::string("a\r\nX: y"), std::string(65, 'a'), std::string("ä")}) {
        const auto id = request_id_of(with({{"x-request-id", bad}}));
        EXPECT_NE(id, bad);
        EXPECT_EQ(id.size(), 24U);
    }
}

TEST(conventions, accepts_json_of_any_charset_and_bodies_without_a_type) {
    auto r = with({});
    r.body = "{}";
    EXPECT_TRUE(acceptable_content(r));
    for (const auto* type : {"application/json", "application/json; charset=utf-8", "Application/JSON ;x"}) {
        r.headers = {{"content-type", type}};
        EXPECT_TRUE(acceptable_content(r)) << type;
    }
    for (const auto* type : {"text/xml", "application/x-www-form-urlencoded", "application/jsonp"}) {
        r.headers = {{"content-type", type}};
        EXPECT_FALSE(acceptable_content(r)) << type;
    }
    r.body.clear();
    EXPECT_TRUE(acceptable_content(r));
}

TEST(conventions, lets_only_the_dashboard_call_from_a_browser) {
    const cors c("https://dash.example");
    auto own = with({{"origin", "https://dash.example"}, {"access-control-request-method", "PATCH"}});
    own.method = "OPTIONS";
    EXPECT_TRUE(c.preflight(own));
    auto answer = c.answer_preflight(own, {"GET", "PATCH"});
    c.decorate(own, answer);
    const auto field = [&answer](std::string_view name) -> std::string {
        for (const auto& [key, value] : answer.headers)
            if (key == name) return value;
        return {};
    };
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(field("Access-Control-Allow-Origin"), "https://dash.example");
    EXPECT_EQ(field("Access-Control-Allow-Methods"), "GET, PATCH");
    EXPECT_NE(field("Access-Control-Allow-Headers").find("Authorization"), std::string::npos);
    auto foreign = own;
    foreign.headers[0].second = "https://evil.example";
    answer = c.answer_preflight(foreign, {"GET"});
    c.decorate(foreign, answer);
    EXPECT_EQ(field("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(field("Vary"), "Origin");
    EXPECT_FALSE(cors("").allowed(with({{"origin", ""}})));
}

TEST(conventions, adds_success_to_failures_of_the_old_paths) {
    EXPECT_TRUE(is_success_path("/api/auth/login/"));
    EXPECT_TRUE(is_success_path("/api/auth/token/refresh"));
    EXPECT_FALSE(is_success_path("/api/auth/signup/"));
    auto bad = invalid("username", "This field is required.");
    add_success_members(bad);
    EXPECT_EQ(bad.body,
              R"({"username":["This field is required."],"errors":{"username":["This field is required."]},)"
              R"("message":"Validation failed","success":false})");
    auto away = unavailable("away");
    add_success_members(away);
    EXPECT_EQ(away.body, R"({"detail":"away","message":"away","success":false})");
    auto good = json_response(200, "{}");
    add_success_members(good);
    EXPECT_EQ(good.body, "{}");
    auto own = json_response(400, R"({"refresh":["x"],"success":false,"message":"Logout failed"})");
    add_success_members(own);
    EXPECT_EQ(own.body,
              R"({"refresh":["x"],"success":false,"message":"Logout failed","errors":{"refresh":["x"]}})");
}

TEST(conventions, builds_links_on_the_clients_scheme_and_host) {
    EXPECT_EQ(base_url(with({{"host", "api.example:8000"}})), "http://api.example:8000");
    EXPECT_EQ(
        base_url(with(
            {{"host", "10.0.0.1"}, {"x-forwarded-proto", "https"}, {"x-forwarded-host", "csms.example"}})),
        "https://csms.example");
    EXPECT_EQ(base_url(with({{"host", "[::1]:8000"}, {"x-forwarded-proto", "HTTPS"}})), "https://[::1]:8000");
    EXPECT_EQ(base_url(with(
                  {{"host", "a"}, {"x-forwarded-host", "evil\"/><"}, {"x-forwarded-proto", "javascript"}})),
              "http://a");
}

struct paging_row {
    const char* query;
    std::int64_t limit, offset;
    bool wrapped;
};

TEST(paging, reads_limit_and_offset_as_its_clients_expect) {
    for (const auto& row : {paging_row{"", 30, 0, true},
                            {"limit=5", 5, 0, false},
                            {"limit=5&review=true", 5, 0, false},
                            {"offset=10", 30, 10, true},
                            {"limit=5&offset=10", 5, 10, true},
                            {"limit=1000", 200, 0, false},
                            {"limit=0", 30, 0, true},
                            {"limit=-3", 30, 0, true},
                            {"limit=x", 30, 0, true},
                            {"limit=99999999999999999999", 200, 0, false},
                            {"limit=5&offset=x", 5, 0, true},
                            {"limit=5&offset=-1", 5, 0, true},
                            {"limit=&offset=", 30, 0, true}}) {
        const auto p = read_page(with({}, "/api/sessions/", row.query));
        EXPECT_EQ(p.limit, row.limit) << row.query;
        EXPECT_EQ(p.offset, row.offset) << row.query;
        EXPECT_EQ(p.wrapped, row.wrapped) << row.query;
    }
}

TEST(paging, links_carry_limit_and_offset_and_keep_filters) {
    const auto first = with({{"host", "h"}}, "/api/sessions", "");
    EXPECT_EQ(
        wrap_page(first, read_page(first), 77, "[]"),
        R"({"count":77,"next":"http://h/api/sessions/?limit=30&offset=30","previous":null,"results":[]})");
    const auto middle = with({{"host", "h"}}, "/api/sessions/", "cp=A%26B&offset=10&limit=20");
    EXPECT_EQ(wrap_page(middle, read_page(middle), 77, "[]"),
              R"({"count":77,"next":"http://h/api/sessions/?limit=20&offset=30&cp=A%26B",)"
              R"("previous":"http://h/api/sessions/?limit=20&offset=0&cp=A%26B","results":[]})");
    const auto last = with({{"host", "h"}}, "/api/sessions/", "offset=60");
    EXPECT_EQ(
        wrap_page(last, read_page(last), 77, "[]"),
        R"({"count":77,"next":null,"previous":"http://h/api/sessions/?limit=30&offset=30","results":[]})");
    const auto beyond = with({{"host", "h"}}, "/api/sessions/", "offset=9223372036854775807");
    EXPECT_NE(wrap_page(beyond, read_page(beyond), 77, "[]").find("\"next\":null"), std::string::npos);
}

TEST(errors, the_table_names_a_status_for_every_code) {
    EXPECT_EQ(status_of(errc::invalid_input), 400U);
    EXPECT_EQ(status_of(errc::not_found), 404U);
    EXPECT_EQ(status_of(errc::conflict), 409U);
    EXPECT_EQ(status_of(errc::forbidden), 403U);
    EXPECT_EQ(status_of(errc::unauthenticated), 401U);
    EXPECT_EQ(status_of(errc::too_large), 413U);
    for (const auto e : {errc::overloaded, errc::timed_out, errc::stopped, errc::unavailable, errc::fenced})
        EXPECT_EQ(status_of(e), 503U);
    EXPECT_EQ(status_of(errc::corrupt), 500U);
}

TEST(errors, a_bug_shows_nothing_of_itself) {
    const auto answer =
        failed(std::make_exception_ptr(std::runtime_error("select secret from accounts")), "id-1");
    EXPECT_EQ(answer.status, 500U);
    EXPECT_EQ(answer.body, R"({"detail":"Internal server error.","request_id":"id-1"})");
    EXPECT_EQ(throttled(std::chrono::seconds(12)).body,
              R"({"detail":"Request was throttled. Expected available in 12 seconds."})");
}

TEST(conventions, a_limit_of_too_many_digits_is_the_largest) {
    EXPECT_EQ(read_page(with({}, "/api/sessions/", "limit=99999999999999999999")).limit, page::most);
    EXPECT_FALSE(read_page(with({}, "/api/sessions/", "limit=99999999999999999999")).wrapped);
    EXPECT_TRUE(read_page(with({}, "/api/sessions/", "limit=-99999999999999999999")).wrapped);
    EXPECT_EQ(read_page(with({}, "/api/sessions/", "offset=99999999999999999999x")).offset, 0);
}

} // namespace
} // namespace voltlane::api
