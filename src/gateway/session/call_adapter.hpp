#pragma once

#include "gateway/session/instant.hpp"
#include "gateway/views/directory_view.hpp"
#include "shared/base/ids.hpp"
#include "shared/events/inbound.hpp"
#include "shared/ocpp/call_error.hpp"
#include "shared/ocpp/frame.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voltlane::gateway {

// Who is on a connection, for as long as it lives.
struct session_identity {
    charger_key key;
    std::string identity; // as dialled
    tenant_view* tenant = nullptr;
    std::uint32_t key_version = 0; // the tenant's, when it came in
};

// What is decided about one call.
struct call_outcome {
    bool refused = false;

    // Not refused: the CALLRESULT's payload and what the log says about the call. Views stand in the frame
    // and in the adapter's own memory, valid until its next call.
    std::string answer;
    unsigned action = 0; // the adapter's number of the action, for counting
    std::string_view action_name;
    events::input input;
    std::uint32_t quirks = 0;
    bool beat = false;          // a heartbeat: answered at once, an event a minute
    bool boot = false;          // a BootNotification: commands may follow its answer
    std::uint64_t coalesce = 0; // a status: what it says apart from its time; 0: never coalesced

    // Refused: the CALLERROR.
    ocpp::call_error_code code = ocpp::call_error_code::generic_error;
    std::string description;
};

// Turns the calls of one protocol version into neutral inputs and answers them from the views. One per shard,
// used for all of its connections; no I/O.
class call_adapter {
public:
    // `f` is a call. Decided by the time it was received, answered with the time it is. `triggered`: a
    // message that we asked for may come in spite of a pending registration.
    virtual void decide(const ocpp::frame& f, const session_identity& who, bool triggered, instant received,
                        instant now, call_outcome& out) = 0;
    // Quirks of frames, as events and metrics count them.
    virtual std::uint32_t quirks_of(const ocpp::frame_repairs& repairs) const noexcept = 0;
    virtual std::string_view protocol() const noexcept = 0;

protected:
    ~call_adapter() = default;
};

} // namespace voltlane::gateway
