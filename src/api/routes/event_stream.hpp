#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "api/live/event_hub.hpp"
#include "api/metrics.hpp"
#include "shared/base/clock.hpp"

#include <memory>

namespace voltlane::api {

// GET /api/events/: server-sent events of sessions, stations and commands. `Last-Event-ID` (or
// ?last_event_id=) goes on where an earlier stream ended; what is not kept any more is an `event: reset`.
// Ends with the access token, when its login session is revoked, and within seconds of a change of the
// account's rights. Too many streams (event_hub's bounds): 503.
class event_stream_routes {
public:
    event_stream_routes(event_hub& hub, authenticator& a, const revocations& r, const clock& c, metrics& m)
        : hub_(hub)
        , authenticator_(a)
        , revocations_(r)
        , clock_(c)
        , metrics_(m) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> open(http::request& r, call& c);
    struct reader; // one client's stream
    // False: its rights have ended or changed. Asks at most every two seconds.
    async::awaitable<bool> may_go_on(reader& r);
    async::awaitable<void> run(http::body_stream& out, std::shared_ptr<reader> r);

    event_hub& hub_;
    authenticator& authenticator_;
    const revocations& revocations_;
    const clock& clock_;
    metrics& metrics_;
};

// One batch as text/event-stream. Only its last event carries the id: the place behind all of them.
std::string event_text(const event_hub::batch& b);

} // namespace voltlane::api
