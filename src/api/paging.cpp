#include "api/paging.hpp"

#include "api/conventions.hpp"
#include "shared/base/json.hpp"
#include "shared/base/text.hpp"
#include "shared/http/target.hpp"

#include <algorithm>
#include <limits>

namespace voltlane::api {
namespace {

std::string link(const http::request& r, std::int64_t limit, std::int64_t offset) {
    std::string path = r.path;
    if (!path.ends_with('/')) path += '/';
    std::string url =
        base_url(r) + path + "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset);
    for (const auto& [name, value] : http::query_parameters(r.query)) {
        if (name == "limit" || name == "offset") continue;
        url += '&' + http::percent_encode(name) + '=' + http::percent_encode(value);
    }
    return url;
}

// Too many digits for a number are still a number: the largest.
std::optional<std::int64_t> saturated(std::string_view text) {
    if (const auto value = parse_integer<std::int64_t>(text)) return value;
    const bool digits =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? std::optional(std::numeric_limits<std::int64_t>::max()) : std::nullopt;
}

} // namespace

page read_page(const http::request& r) {
    page p;
    const auto limit_text = r.parameter("limit");
    const auto limit = limit_text ? saturated(*limit_text) : std::nullopt;
    const bool limited = limit && *limit > 0;
    if (limited) p.limit = std::min(*limit, page::most);
    const auto offset_text = r.parameter("offset");
    const auto offset = offset_text ? parse_integer<std::int64_t>(*offset_text) : std::nullopt;
    if (offset && *offset > 0) p.offset = *offset;
    p.wrapped = !limited || offset_text.has_value();
    return p;
}

std::string wrap_page(const http::request& r, const page& p, std::int64_t count, std::string_view results) {
    std::string out = "{";
    jsonio::append_member(out, "count", count);
    if (p.offset < count - p.limit) {
        jsonio::append_member(out, "next", link(r, p.limit, p.offset + p.limit));
    } else {
        jsonio::append_raw_member(out, "next", "null");
    }
    if (p.offset > 0) {
        jsonio::append_member(out, "previous",
                              link(r, p.limit, std::max<std::int64_t>(0, p.offset - p.limit)));
    } else {
        jsonio::append_raw_member(out, "previous", "null");
    }
    jsonio::append_raw_member(out, "results", results);
    return out + "}";
}

} // namespace voltlane::api
