#include "api/routes/schema.hpp"

#include "api/routes/static_files.hpp"

#include <string>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

TEST(schema, is_json_where_accept_asks_for_it) {
    struct row {
        std::string_view accept;
        bool json;
    };
    for (const auto& r : {
             row{"", false},
             row{"*/*", false},
             row{"application/*", false},
             row{"text/html,application/xhtml+xml,*/*;q=0.8", false},
             row{"application/json", true},
             row{"APPLICATION/JSON", true},
             row{"application/json,*/*", true},
             row{" application/vnd.oai.openapi+json ; q=0.5 , */*", true},
             row{"application/yaml, application/json;q=0.9", false},
             row{"application/yaml;q=0.2, application/json;q=0.9", true},
             row{"application/json;q=0", false},
             row{"application/json;q=nonsense", false},
             row{"application/json;q=2", false},
             row{"application/json;charset=utf-8", true},
             row{",,,;;q=,", false},
             row{"application/jsonp", false},
         })
        EXPECT_EQ(prefers_json(r.accept), r.json) << r.accept;
}

TEST(schema, carries_the_description_and_what_its_pages_load) {
    for (const auto* name : {"openapi.yaml", "openapi.json", "swagger-ui.html", "redoc.html",
                             "swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js"}) {
        const auto* file = find_embedded(name);
        ASSERT_NE(file, nullptr) << name;
        EXPECT_FALSE(file->content.empty()) << name;
        EXPECT_EQ(file->hash.size(), 16U) << name;
    }
    EXPECT_TRUE(find_embedded("openapi.yaml")->content.starts_with('#'));
    EXPECT_TRUE(find_embedded("openapi.json")->content.starts_with('{'));
}

// Every address in a page is one of ours, with the hash of what is served there.
TEST(schema, pages_name_our_files_only) {
    for (const auto* name : {"swagger-ui.html", "redoc.html"}) {
        const std::string page(find_embedded(name)->content);
        EXPECT_EQ(page.find("//"), std::string::npos) << name;
        EXPECT_EQ(page.find("{{"), std::string::npos) << name;
        int files = 0;
        constexpr std::string_view prefix = "/api/v1/schema/static/";
        for (auto at = page.find(prefix); at != std::string::npos; at = page.find(prefix, at + 1)) {
            const auto address = page.substr(at + prefix.size(), page.find('"', at) - at - prefix.size());
            const auto mark = address.find("?v=");
            const auto* file = find_embedded(address.substr(0, mark));
            ASSERT_NE(file, nullptr) << address;
            EXPECT_EQ(address.substr(mark + 3), file->hash);
            ++files;
        }
        EXPECT_GE(files, 4) << name;
    }
}

TEST(static_files, are_found_by_their_whole_name_only) {
    for (const auto* name : {"", ".", "..", "../openapi.yaml", "../../etc/passwd", "/etc/passwd", "openapi",
                             "openapi.yaml/", "OPENAPI.YAML"})
        EXPECT_EQ(find_embedded(name), nullptr) << name;
    EXPECT_EQ(find_embedded(std::string_view("openapi.yaml\0x", 14)), nullptr);
}

TEST(static_files, are_not_sent_again_to_who_has_them) {
    const auto& file = *find_embedded("pages.css");
    const auto tag = '"' + std::string(file.hash) + '"';
    struct row {
        std::string sent;
        unsigned status;
    };
    for (const auto& r :
         {row{"", 200}, row{tag, 304}, row{"W/" + tag, 304}, row{"\"a\", " + tag, 304}, row{"*", 304},
          row{"\"a\"", 200}, row{std::string(file.hash), 200}, row{",", 200}}) {
        http::request request;
        if (!r.sent.empty()) request.headers = {{"if-none-match", r.sent}};
        const auto answer = file_response(request, file, false);
        EXPECT_EQ(answer.status, r.status) << r.sent;
        EXPECT_EQ(answer.body.empty(), r.status == 304) << r.sent;
        EXPECT_EQ(answer.content_type.empty(), r.status == 304) << r.sent;
    }
}

TEST(static_files, large_ones_are_written_in_pieces) {
    EXPECT_FALSE(file_response({}, *find_embedded("pages.css"), true).stream);
    const auto answer = file_response({}, *find_embedded("swagger-ui-bundle.js"), true);
    EXPECT_TRUE(answer.stream);
    EXPECT_TRUE(answer.body.empty());
}

} // namespace
} // namespace voltlane::api
