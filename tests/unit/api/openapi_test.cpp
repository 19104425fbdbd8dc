#include "api/app.hpp"
#include "api/routes/static_files.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

namespace json = boost::json;

struct operation {
    std::string access; // "public", "account", "administrator"
    json::object content;
};
using operations = std::map<std::string, operation>; // by "GET /api/me/"

const json::object& document() {
    static const json::value parsed = json::parse(find_embedded("openapi.json")->content);
    return parsed.as_object();
}

// No requirement, or one among others that asks for nothing: a token may be sent.
bool needs_nothing(const json::array& security) {
    return security.empty() || std::any_of(security.begin(), security.end(),
                                           [](const json::value& one) { return one.as_object().empty(); });
}

operations described() {
    operations found;
    for (const auto& [path, item] : document().at("paths").as_object())
        for (const auto& [method, content] : item.as_object()) {
            if (method == "parameters") continue;
            std::string name(method);
            for (auto& c : name)
                c = static_cast<char>(c - 32);
            const auto& operation = content.as_object();
            const bool open =
                operation.contains("security") && needs_nothing(operation.at("security").as_array());
            found[name + " " + std::string(path)] = {open ? "public" : "", operation};
        }
    return found;
}

operations served() {
    operations found;
    std::istringstream in(describe_routes());
    for (std::string method, path, access, area; in >> method >> path >> access >> area;)
        found[method + " " + path].access = access;
    return found;
}

std::set<std::string> names(const operations& all) {
    std::set<std::string> found;
    for (const auto& [name, one] : all)
        found.insert(name);
    return found;
}

TEST(openapi, describes_every_route_and_no_other) {
    const auto routes = served();
    EXPECT_GT(routes.size(), 60U);
    EXPECT_EQ(names(described()), names(routes));
}

TEST(openapi, says_who_may_call_a_route) {
    const auto file = described();
    static const std::set<std::string> known{"public", "account", "administrator"};
    for (const auto& [name, route] : served()) {
        EXPECT_TRUE(known.contains(route.access)) << name;
        if (!file.contains(name)) continue;
        EXPECT_EQ(file.at(name).access == "public", route.access == "public") << name;
    }
}

// What needs no token is a list that nobody extends by accident.
TEST(openapi, needs_no_token_for_signing_up_logging_in_and_the_description) {
    std::set<std::string> open;
    for (const auto& [name, route] : served())
        if (route.access == "public") open.insert(name);
    const std::set<std::string> wanted{
        "GET /api/auth/verify-email/{uid}/{token}/",
        "GET /api/v1/schema/",
        "GET /api/v1/schema/redoc/",
        "GET /api/v1/schema/static/{file}/",
        "GET /api/v1/schema/swagger-ui/",
        "POST /api/auth/invitations/accept/",
        "POST /api/auth/login/",
        "POST /api/auth/password/reset/",
        "POST /api/auth/password/reset/confirm/",
        "POST /api/auth/refresh/",
        "POST /api/auth/register/",
        "POST /api/auth/signup/",
        "POST /api/auth/token/refresh/",
        "POST /api/auth/token/verify/",
        "POST /api/auth/verify-email/",
        "POST /api/auth/verify-email/resend/",
        "POST /api/auth/verify-email/{uid}/{token}/",
        "POST /api/v1/auth/logout/",
        "POST /api/v1/auth/token/",
        "POST /api/v1/auth/token/refresh/",
    };
    EXPECT_EQ(open, wanted);
}

TEST(openapi, lists_the_statuses_that_any_route_gives) {
    const auto routes = served();
    for (const auto& [name, operation] : described()) {
        const auto& responses = operation.content.at("responses").as_object();
        for (const auto* status : {"429", "500", "503"})
            EXPECT_TRUE(responses.contains(status)) << name << ' ' << status;
        const auto found = routes.find(name);
        if (found == routes.end()) continue;
        if (found->second.access != "public") EXPECT_TRUE(responses.contains("401")) << name;
        if (found->second.access == "administrator") EXPECT_TRUE(responses.contains("403")) << name;
        if (operation.content.contains("requestBody"))
            for (const auto* status : {"400", "413", "415"})
                EXPECT_TRUE(responses.contains(status)) << name << ' ' << status;
        EXPECT_FALSE(responses.contains("default")) << name << ": which statuses?";
    }
}

TEST(openapi, names_operations_once_and_puts_each_under_a_known_tag) {
    std::set<std::string> tags;
    std::set<std::string> ids;
    for (const auto& tag : document().at("tags").as_array())
        tags.insert(std::string(tag.at("name").as_string()));
    for (const auto& [name, operation] : described()) {
        for (const auto& tag : operation.content.at("tags").as_array())
            EXPECT_TRUE(tags.contains(std::string(tag.as_string()))) << name;
        EXPECT_TRUE(ids.insert(std::string(operation.content.at("operationId").as_string())).second) << name;
        EXPECT_TRUE(operation.content.contains("summary")) << name;
    }
}

// A $ref of the file is either followed or a typing error.
void follow(const json::value& value) {
    if (const auto* list = value.if_array())
        for (const auto& element : *list)
            follow(element);
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& [name, member] : *object) {
        if (name != "$ref") {
            follow(member);
            continue;
        }
        const json::value* at = nullptr;
        std::istringstream path(std::string(member.as_string()).substr(2));
        const json::object* in = &document();
        for (std::string part; std::getline(path, part, '/');) {
            at = in == nullptr ? nullptr : in->if_contains(part);
            in = at == nullptr ? nullptr : at->if_object();
        }
        EXPECT_NE(at, nullptr) << member;
    }
}

TEST(openapi, refers_to_nothing_that_is_not_there) {
    for (const auto& [name, member] : document())
        follow(member);
}

} // namespace
} // namespace voltlane::api
