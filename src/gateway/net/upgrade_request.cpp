#include "gateway/net/upgrade_request.hpp"

#include "shared/base/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <fmt/format.h>

namespace voltlane::gateway {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t header_limit = 16 * 1024; // the reader's own bound is lower
constexpr std::size_t websocket_key_characters = 24;

bool looks_like_http(std::string_view head) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || blank == 0 || line.find(" HTTP/1.") == std::string_view::npos)
        return false;
    const auto method = line.substr(0, blank);
    return method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == std::string_view::npos;
}

bool is_websocket_key(std::string_view key) {
    const auto base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == websocket_key_characters && key.ends_with("==") &&
           key.substr(0, key.size() - 2).find_first_not_of(base64) == std::string_view::npos;
}

std::string_view reason_phrase(unsigned status) {
    switch (status) {
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 426: return "Upgrade Required";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Error";
    }
}

} // namespace

upgrade_request read_upgrade_request(std::string_view head) {
    upgrade_request r;
    if (!looks_like_http(head)) return r;
    r.what = upgrade_request::kind::malformed;
    http::request_parser<http::empty_body> parser;
    parser.header_limit(header_limit);
    boost::system::error_code ec;
    parser.put(boost::asio::const_buffer(head.data(), head.size()), ec);
    if ((ec && ec != http::error::unexpected_body) || !parser.is_header_done()) return r;
    const auto& m = parser.get();
    r.target = std::string(m.target());

    bool asked = false;
    for (auto [at, end] = m.equal_range(http::field::upgrade); at != end; ++at)
        asked = asked || http::token_list{at->value()}.exists("websocket");
    if (!asked) {
        r.what = upgrade_request::kind::plain_http;
        return r;
    }
    r.what = upgrade_request::kind::broken;
    bool connected = false;
    for (auto [at, end] = m.equal_range(http::field::connection); at != end; ++at)
        connected = connected || http::token_list{at->value()}.exists("upgrade");
    const bool body = m.count(http::field::transfer_encoding) != 0 ||
                      (m.count(http::field::content_length) != 0 && m[http::field::content_length] != "0");
    r.key = std::string(m[http::field::sec_websocket_key]);
    if (m.method() != http::verb::get || m.version() < 11 || !connected || body ||
        m.count(http::field::sec_websocket_key) != 1 || !is_websocket_key(r.key) ||
        trim(m[http::field::sec_websocket_version]) != "13")
        return r;
    for (auto [at, end] = m.equal_range(http::field::sec_websocket_protocol); at != end; ++at)
        r.protocols.emplace_back(at->value());
    r.what = upgrade_request::kind::upgrade;
    return r;
}

std::string minimal_upgrade(const upgrade_request& r) {
    return fmt::format("GET / HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n",
                       r.key);
}

std::string refusal_text(unsigned status, std::string_view reason, unsigned retry_after) {
    std::string out = fmt::format("HTTP/1.1 {} {}\r\nServer: voltlane\r\nConnection: close\r\n", status,
                                  reason_phrase(status));
    if (status == 426) out += "Upgrade: websocket\r\n";
    if (status == 426 || status == 400) out += "Sec-WebSocket-Version: 13\r\n";
    if (retry_after != 0) out += fmt::format("Retry-After: {}\r\n", retry_after);
    out +=
        fmt::format("Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}\n", reason.size() + 1, reason);
    return out;
}

} // namespace voltlane::gateway
