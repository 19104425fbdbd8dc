#pragma once

#include "gateway/net/upgrade_request.hpp"
#include "gateway/session/call_adapter.hpp"
#include "gateway/views/directory_view.hpp"
#include "shared/base/time.hpp"

#include <string>

namespace voltlane::gateway {

// What the shard looks like when a charger knocks.
struct door {
    bool ready = false; // the views are loaded and the process is not stopping
    bool full = false;  // connections are at their limit
    timestamp now{};
};

// Whether a charger comes in, decided from memory alone, before any other work.
struct admission {
    static constexpr unsigned retry_seconds = 10; // Retry-After of every 503

    unsigned status = 101;      // else 400, 404, 426, 503; 0: close without an answer
    std::string reason;         // of a refusal, for the answer's body and the log; names no key
    session_identity who;       // 101
    bool echo_protocol = false; // 101: `Sec-WebSocket-Protocol: ocpp1.6`

    bool accepted() const noexcept { return status == 101; }
};

// In this order: the request itself (400, 426), the path (404, 400), limits and readiness (503), tenant
// (404), charge point (404 deleted or unknown without self-registration), sub-protocol (400), the tenant's
// cap (503). An accepted charge point that the directory does not know is a newcomer of its tenant from then
// on (tenant_view::take_newcomer), so that a burst cannot pass before the first is registered.
admission admit(const upgrade_request& request, directory_view& directory, const door& at);

// SHA-256 of a URL key, lower-case hex: what the directory knows tenants by.
std::string key_hash(std::string_view tenant_key);

} // namespace voltlane::gateway
