#include "api/conventions.hpp"

#include "api/errors.hpp"
#include "shared/base/json.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sodium.h>

namespace voltlane::api {
namespace {

constexpr std::size_t max_request_id = 64;
constexpr std::size_t random_request_id_bytes = 12;
constexpr std::string_view preflight_seconds = "600";
// What a page may send and read beside what every page may.
constexpr std::string_view allowed_fields = "Authorization, Content-Type, X-Request-Id, Last-Event-ID";
constexpr std::string_view exposed_fields =
    "X-Request-Id, Retry-After, Allow, Content-Disposition, WWW-Authenticate";

bool harmless(char c) noexcept {
    const char l = ascii_lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// host[:port], also [v6]:port; nothing that could end a string or a line of the answer.
bool is_host(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
        return harmless(c) || c == ':' || c == '[' || c == ']';
    });
}

template <class Take>
void each_of_list(std::string_view list, Take&& take) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (const auto one = trim(list.substr(0, comma)); !one.empty()) take(one);
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
}

} // namespace

std::string request_id_of(const http::request& r) {
    const auto sent = r.header("x-request-id");
    if (!sent.empty() && sent.size() <= max_request_id && std::all_of(sent.begin(), sent.end(), harmless))
        return std::string(sent);
    std::array<char, random_request_id_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return to_hex({bytes.data(), bytes.size()});
}

bool acceptable_content(const http::request& r) {
    if (r.body.empty()) return true;
    const auto type = r.header("content-type");
    return type.empty() || iequals(trim(type.substr(0, type.find(';'))), "application/json");
}

cors::cors(std::string_view origins) {
    each_of_list(origins, [this](std::string_view one) { origins_.emplace_back(one); });
}

std::string cors::check(std::string_view origins) {
    std::string wrong;
    each_of_list(origins, [&wrong](std::string_view one) {
        const auto scheme = one.find("://");
        const bool known = one.starts_with("http://") || one.starts_with("https://");
        if (!known || !is_host(one.substr(scheme + 3)))
            wrong = "must be http(s)://host[:port], no slash at the end; several of them comma separated";
    });
    return wrong;
}

bool cors::allowed(const http::request& r) const {
    const auto origin = r.header("origin");
    return !origin.empty() && std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

bool cors::preflight(const http::request& r) const {
    return r.method == "OPTIONS" && !r.header("origin").empty() &&
           !r.header("access-control-request-method").empty();
}

http::response cors::answer_preflight(const http::request& r, const std::vector<std::string>& methods) const {
    http::response answer = json_response(204, {});
    if (!allowed(r)) return answer;
    std::string list;
    for (const auto& m : methods)
        list += (list.empty() ? "" : ", ") + m;
    answer.set("Access-Control-Allow-Methods", std::move(list));
    answer.set("Access-Control-Allow-Headers", std::string(allowed_fields));
    answer.set("Access-Control-Max-Age", std::string(preflight_seconds));
    return answer;
}

void cors::decorate(const http::request& r, http::response& answer) const {
    if (origins_.empty()) return;
    const auto varies = answer.header("Vary");
    answer.set("Vary", varies.empty() ? "Origin" : std::string(varies) + ", Origin");
    if (!allowed(r)) return;
    answer.set("Access-Control-Allow-Origin", std::string(r.header("origin")));
    answer.set("Access-Control-Expose-Headers", std::string(exposed_fields));
}

void secure(const http::request& r, http::response& answer) {
    const auto set = [&answer](std::string_view name, std::string_view value) {
        if (!answer.has(name)) answer.set(std::string(name), std::string(value));
    };
    set("X-Content-Type-Options", "nosniff");
    set("X-Frame-Options", "DENY");
    set("Referrer-Policy", "no-referrer");
    // An answer is data: whatever a browser takes it for, it loads and runs nothing.
    set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    set("Cache-Control", "no-store");
    if (is_secure(r)) set("Strict-Transport-Security", "max-age=31536000");
}

bool is_success_path(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    static constexpr std::array<std::string_view, 5> paths{"/api/auth/login", "/api/auth/logout",
                                                           "/api/auth/refresh", "/api/auth/token/refresh",
                                                           "/api/auth/profile"};
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

void add_success_members(http::response& answer) {
    if (answer.status >= 200 && answer.status < 300) return;
    boost::json::error_code ec;
    auto parsed = boost::json::parse(answer.body, ec);
    boost::json::object body;
    if (!ec && parsed.is_object()) body = std::move(parsed.get_object());
    if (answer.status == 400 && !body.contains("errors")) {
        boost::json::object fields;
        for (const auto& [name, value] : body)
            if (value.is_array()) fields[name] = value;
        body["errors"] = std::move(fields);
    }
    if (!body.contains("message")) {
        const auto detail = jsonio::find_string(body, "detail");
        body["message"] =
            answer.status == 400 || !detail ? std::string("Validation failed") : std::string(*detail);
    }
    body["success"] = false;
    answer.body = boost::json::serialize(body);
    answer.content_type = "application/json";
}

bool is_secure(const http::request& r) {
    return iequals(trim(r.header("x-forwarded-proto")), "https");
}

std::string base_url(const http::request& r) {
    const std::string scheme = is_secure(r) ? "https" : "http";
    for (const auto candidate : {trim(r.header("x-forwarded-host")), trim(r.header("host"))})
        if (is_host(candidate)) return scheme + "://" + std::string(candidate);
    return scheme + "://localhost";
}

} // namespace voltlane::api
