#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace voltlane::gateway {

// What came in on the chargers' port before any WebSocket, as far as the handshake needs it.
struct upgrade_request {
    enum class kind {
        not_http,   // no request line (a TLS hello, a banner, noise): closed without an answer
        malformed,  // 400
        plain_http, // no upgrade to websocket was asked for: 426
        broken,     // an upgrade that is not RFC 6455 version 13, or one with a body: 400
        upgrade,
    };

    kind what = kind::not_http;
    std::string target;
    std::string key;                    // Sec-WebSocket-Key
    std::vector<std::string> protocols; // values of all Sec-WebSocket-Protocol lines
};

// `head` ends with the empty line of the header block.
upgrade_request read_upgrade_request(std::string_view head);

// The upgrade as the WebSocket layer is given it: a few fixed lines and the key, so that neither extensions
// nor the size of what a proxy adds ever reach it.
std::string minimal_upgrade(const upgrade_request& r);

// A whole response that refuses; the connection closes after it. `retry_after`: seconds, 0: none.
std::string refusal_text(unsigned status, std::string_view reason, unsigned retry_after);

} // namespace voltlane::gateway
