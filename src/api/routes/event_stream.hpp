#pragma once

#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "api/live/event_hub.hpp"
#include "api/metrics.hpp"
#include "shared/base/clock.hpp"

namespace voltlane::api {

// GET /api/events/: server-sent events of sessions, stations and commands. `Last-Event-ID` (or
// ?last_event_id=) goes on where an earlier stream ended; what is not kept any more is an `event: reset`.
// Ends with the access token, or when its login session is revoked.
class event_stream_routes {
public:
    event_stream_routes(event_hub& hub, const revocations& r, const clock& c, metrics& m)
        : hub_(hub)
        , revocations_(r)
        , clock_(c)
        , metrics_(m) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> open(http::request& r, call& c);
    async::awaitable<void> run(http::body_stream& out, identity who, std::string last_id);

    event_hub& hub_;
    const revocations& revocations_;
    const clock& clock_;
    metrics& metrics_;
};

// One batch as text/event-stream. Only its last event carries the id: the place behind all of them.
std::string event_text(const event_hub::batch& b);

} // namespace voltlane::api
