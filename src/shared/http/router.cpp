#include "shared/http/router.hpp"

#include "shared/http/target.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace voltlane::http {
namespace {

// "/a/b/" and "/a/b" are [a, b]; an empty segment in between stays one and so matches nothing.
std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> parts;
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    while (!path.empty() || !parts.empty()) {
        const auto slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) break;
        path = path.substr(slash + 1);
    }
    return parts;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
    if (pattern.size() != segments.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i].empty() ? segments[i].empty() : pattern[i] != segments[i]) return false;
    return true;
}

// Literal before <name>, from the left.
bool more_specific(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i].empty() != b[i].empty()) return b[i].empty();
    return false;
}

} // namespace

std::string with_braces(std::string pattern) {
    std::replace(pattern.begin(), pattern.end(), '<', '{');
    std::replace(pattern.begin(), pattern.end(), '>', '}');
    return pattern;
}

std::string_view to_string(access a) noexcept {
    switch (a) {
    case access::open: return "public";
    case access::account: return "account";
    case access::administrator: return "administrator";
    }
    return "";
}

void path_matcher::add(std::string_view method, std::string_view pattern, std::size_t index) {
    if (!pattern.starts_with('/') || !pattern.ends_with('/'))
        throw std::logic_error("a route's pattern stands between slashes: " + std::string(pattern));
    row r{.segments = {}, .method = std::string(method), .index = index};
    for (const auto part : split(pattern)) {
        const bool name = part.starts_with('<') && part.ends_with('>');
        r.segments.emplace_back(name ? std::string_view() : part);
    }
    for (const auto& other : rows_)
        if (other.segments == r.segments && other.method == r.method)
            throw std::logic_error("a route stands twice in the table: " + r.method + " " +
                                   std::string(pattern));
    rows_.push_back(std::move(r));
}

path_matcher::found path_matcher::find(std::string_view method, std::string_view path) const {
    found result;
    std::vector<std::string> segments;
    for (const auto part : split(path)) {
        auto decoded = percent_decode(part);
        if (!decoded) return result;
        segments.push_back(std::move(*decoded));
    }

    const std::vector<std::string>* best = nullptr;
    for (const auto& r : rows_)
        if (matches(r.segments, segments) && (best == nullptr || more_specific(r.segments, *best)))
            best = &r.segments;
    if (best == nullptr) return result;

    result.path = true;
    std::set<std::string> allowed{"OPTIONS"};
    const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
    for (const auto& r : rows_) {
        if (r.segments != *best) continue;
        result.any = r.index;
        allowed.insert(r.method);
        if (r.method == "GET") allowed.insert("HEAD");
        if (r.method == wanted) result.index = r.index;
    }
    result.allowed.assign(allowed.begin(), allowed.end());
    for (std::size_t i = 0; i < best->size(); ++i)
        if ((*best)[i].empty()) result.parameters.push_back(std::move(segments[i]));
    return result;
}

} // namespace voltlane::http
