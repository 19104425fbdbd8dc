#include "api/app.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using operations = std::set<std::string>; // "GET /api/me/"

// Paths stand at two blanks, their methods at four: enough of YAML for a file of ours.
operations described() {
    const auto file = std::filesystem::path(__FILE__).parent_path() / "../../../src/api/openapi.yaml";
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    static const std::set<std::string> methods{"get", "post", "put", "patch", "delete"};
    operations found;
    std::string path;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("  /") && line.ends_with(':')) path = line.substr(2, line.size() - 3);
        if (line.starts_with("components:")) break;
        if (!line.starts_with("    ") || line.starts_with("     ")) continue;
        std::string name = line.substr(4, line.find(':') - 4);
        if (!methods.contains(name)) continue;
        for (auto& c : name)
            c = static_cast<char>(c - 32);
        found.insert(name + " " + path);
    }
    return found;
}

operations served() {
    operations found;
    std::istringstream in(describe_routes());
    for (std::string method, path, rest; in >> method >> path && std::getline(in, rest);)
        found.insert(method + " " + path);
    return found;
}

TEST(openapi, describes_every_route_and_no_other) {
    const auto routes = served();
    EXPECT_GT(routes.size(), 30U);
    EXPECT_EQ(described(), routes);
}

TEST(openapi, every_route_says_who_may_call_it) {
    std::istringstream in(describe_routes());
    static const std::set<std::string> known{"public", "account", "administrator"};
    // What needs no token is a short list that nobody extends by accident.
    const operations open{"POST /api/auth/signup/", "POST /api/auth/login/", "POST /api/auth/refresh/",
                          "POST /api/auth/token/refresh/", "POST /api/auth/token/verify/"};
    for (std::string method, path, access, area; in >> method >> path >> access >> area;) {
        EXPECT_TRUE(known.contains(access)) << path;
        EXPECT_EQ(access == "public", open.contains(method + " " + path)) << path;
    }
}

} // namespace
} // namespace voltlane::api
