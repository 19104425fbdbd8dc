#include "api/paging.hpp"

#include "api/conventions.hpp"
#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "shared/base/json.hpp"
#include "shared/base/text.hpp"
#include "shared/http/target.hpp"

#include <algorithm>
#include <limits>

namespace voltlane::api {
namespace {

// The list's own address with other paging; what else the client asked for stays.
std::string link_with(const http::request& r, const std::string& paging) {
    std::string path = r.path;
    if (!path.ends_with('/')) path += '/';
    std::string url = base_url(r) + path + "?" + paging;
    for (const auto& [name, value] : http::query_parameters(r.query)) {
        if (name == "limit" || name == "offset" || name == "cursor") continue;
        url += '&' + http::percent_encode(name) + '=' + http::percent_encode(value);
    }
    return url;
}

std::string link(const http::request& r, std::int64_t limit, std::int64_t offset) {
    return link_with(r, "limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset));
}

// The next page in the same form as this one.
std::string cursor_link(const http::request& r, const page& p, const std::string& cursor) {
    std::string paging = "cursor=" + cursor;
    if (!p.wrapped || p.limit != page::usual) paging = "limit=" + std::to_string(p.limit) + '&' + paging;
    if (p.wrapped && p.limit != page::usual) paging += "&offset=0";
    return link_with(r, paging);
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
    p.cursor = r.parameter("cursor");
    if (p.cursor) p.offset = 0;
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

std::string make_cursor(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts)
        text += (text.empty() ? "" : ",") + part;
    return to_base64url(text);
}

std::optional<std::vector<std::string>> read_cursor(std::string_view cursor, std::size_t parts) {
    constexpr std::size_t most_cursor = 256; // of ours none is half as long
    if (cursor.size() > most_cursor) return std::nullopt;
    const auto text = from_base64url(cursor);
    if (!text) return std::nullopt;
    std::vector<std::string> found;
    for (std::string_view rest = *text;;) {
        const auto comma = rest.find(',');
        found.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    return found.size() == parts ? std::optional(std::move(found)) : std::nullopt;
}

http::response bad_cursor() {
    return invalid("cursor", "Invalid cursor.");
}

http::response page_response(const http::request& r, const page& p, std::int64_t count, std::string results,
                             const std::optional<std::string>& next_cursor) {
    std::string body = std::move(results);
    if (p.wrapped) {
        std::string wrapped;
        if (p.cursor) {
            wrapped = "{";
            jsonio::append_member(wrapped, "count", count);
            append_or_null(wrapped, "next",
                           next_cursor ? std::optional(cursor_link(r, p, *next_cursor)) : std::nullopt);
            append_null(wrapped, "previous");
            jsonio::append_raw_member(wrapped, "results", body);
            wrapped += '}';
        } else {
            wrapped = wrap_page(r, p, count, body);
        }
        wrapped.pop_back();
        append_or_null(wrapped, "next_cursor", next_cursor);
        body = wrapped + '}';
    }
    auto answer = json_response(200, std::move(body));
    if (next_cursor) answer.set("Link", '<' + cursor_link(r, p, *next_cursor) + ">; rel=\"next\"");
    return answer;
}

} // namespace voltlane::api
