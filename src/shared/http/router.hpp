#pragma once

#include "shared/http/route.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::http {

// Finds the pattern for a path: literal segments before <names>, a trailing slash or none alike, segments
// percent-decoded
// (%2F stays inside its segment). Knows nothing of handlers: it deals in indexes into the caller's table.
class path_matcher {
public:
    struct found {
        bool path = false;                // some pattern matches the path
        std::optional<std::size_t> index; // the row that matches path and method
        std::optional<std::size_t> any;   // some row of that path, whatever its method
        std::vector<std::string> parameters;
        std::vector<std::string> allowed; // the path's methods, HEAD and OPTIONS included, sorted
    };

    // Throws std::logic_error for a pattern without slashes at both ends and for one registered twice.
    void add(std::string_view method, std::string_view pattern, std::size_t index);
    found find(std::string_view method, std::string_view path) const;

private:
    struct row {
        std::vector<std::string> segments; // "" stands for a <name>
        std::string method;
        std::size_t index;
    };
    std::vector<row> rows_;
};

// "/a/<id>/" as OpenAPI writes it: "/a/{id}/".
std::string with_braces(std::string pattern);

// A route table and its matcher. Built once at start, then read by all shards.
template <class Context>
class router {
public:
    void add(route<Context> r) {
        matcher_.add(r.method, r.pattern, routes_.size());
        routes_.push_back(std::move(r));
    }
    const std::vector<route<Context>>& routes() const noexcept { return routes_; }
    path_matcher::found find(std::string_view method, std::string_view path) const {
        return matcher_.find(method, path);
    }

    // One line a route: method, pattern, access, area, tab separated. What tests walk.
    std::string describe() const {
        std::string out;
        for (const auto& r : routes_)
            out += r.method + '\t' + with_braces(r.pattern) + '\t' + std::string(to_string(r.needs)) + '\t' +
                   r.area + '\n';
        return out;
    }

private:
    std::vector<route<Context>> routes_;
    path_matcher matcher_;
};

} // namespace voltlane::http
