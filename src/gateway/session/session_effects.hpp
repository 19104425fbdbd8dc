#pragma once

#include "shared/events/command.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voltlane::gateway {

// WebSocket close codes that we choose (RFC 6455 section 7.4). Beast itself closes with 1002 (protocol), 1007
// (no UTF-8) and 1009 (too big).
enum class close_code : std::uint16_t {
    normal = 1000,      // a newer connection of the same charger
    going_away = 1001,  // this gateway stops
    unsupported = 1003, // a binary frame
    policy = 1008,      // the charge point or its tenant was deleted, or the tenant's key changed
    overload = 1013,    // it does not take what we send
};

// What a session asks its shell to do. Called from within the session's own functions: implementations take
// copies of texts that they keep, and never call back into the session from here.
class session_effects {
public:
    // One record to ocpp.inbound under the charger's key. Awaited: call_session::on_delivered follows exactly
    // once.
    virtual void publish_event(std::string_view value, std::string_view event_id, bool awaited) = 0;
    // One record to ocpp.replies. Awaited: call_session::on_reply_delivered follows exactly once.
    virtual void publish_reply(const events::reply& r, bool awaited) = 0;
    // One text message to the charger, after those before it; call_session::on_written follows. `shown`
    // stands for it in the frame log where it holds a secret.
    virtual void send(std::string frame, std::string_view shown) = 0;
    void send(std::string frame) { send(std::move(frame), {}); }
    // Close handshake after what was sent; call_session::on_gone follows.
    virtual void close(close_code code, std::string_view reason) = 0;
    // A line of the log for people; only where session_identity::notes is set.
    virtual void note(std::string_view line) = 0;

protected:
    ~session_effects() = default;
};

} // namespace voltlane::gateway
