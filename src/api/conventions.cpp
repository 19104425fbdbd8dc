#include "api/conventions.hpp"

#include "api/errors.hpp"
#include "shared/base/json.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/ip/address.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sodium.h>

namespace voltlane::api {
namespace {

constexpr std::size_t max_request_id = 64;
constexpr std::size_t random_request_id_bytes = 12;
constexpr std::string_view preflight_seconds = "600";

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

std::string_view first_of_list(std::string_view value) noexcept {
    return trim(value.substr(0, value.find(',')));
}

bool is_own_network(const boost::asio::ip::address& a) {
    if (a.is_loopback()) return true;
    if (a.is_v6()) {
        const auto v6 = a.to_v6();
        if (v6.is_v4_mapped())
            return is_own_network(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6));
        return v6.is_link_local() || (v6.to_bytes()[0] & 0xFEU) == 0xFCU; // fc00::/7
    }
    const auto bytes = a.to_v4().to_bytes();
    return bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xF0U) == 16) ||
           (bytes[0] == 192 && bytes[1] == 168);
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

bool cors::allowed(const http::request& r) const {
    return !origin_.empty() && r.header("origin") == origin_;
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
    answer.set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id, Last-Event-ID");
    answer.set("Access-Control-Max-Age", std::string(preflight_seconds));
    return answer;
}

void cors::decorate(const http::request& r, http::response& answer) const {
    if (origin_.empty()) return;
    answer.set("Vary", "Origin");
    if (!allowed(r)) return;
    answer.set("Access-Control-Allow-Origin", origin_);
    answer.set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After");
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

std::string client_address(const http::request& r) {
    boost::system::error_code ec;
    if (!is_own_network(boost::asio::ip::make_address(r.peer, ec)) || ec) return r.peer;
    const auto list = r.header("x-forwarded-for");
    const auto comma = list.rfind(',');
    const auto last = trim(comma == std::string_view::npos ? list : list.substr(comma + 1));
    const auto forwarded = boost::asio::ip::make_address(std::string(last), ec);
    return ec ? r.peer : forwarded.to_string();
}

std::string base_url(const http::request& r) {
    const auto proto = first_of_list(r.header("x-forwarded-proto"));
    const std::string scheme = iequals(proto, "https") ? "https" : "http";
    for (const auto candidate : {first_of_list(r.header("x-forwarded-host")), trim(r.header("host"))})
        if (is_host(candidate)) return scheme + "://" + std::string(candidate);
    return scheme + "://localhost";
}

} // namespace voltlane::api
