#pragma once

#include "shared/base/ids.hpp"
#include "shared/events/presence.hpp"

namespace voltlane::gateway {

// A record of csms.presence about one of our chargers, with the place where it lies.
struct presence_note {
    charger_key key;
    events::presence record;
    epoch place;

    // The connection that the record speaks of.
    const epoch& speaks_of() const noexcept {
        return record.state == events::presence_state::opened ? place : record.connection;
    }
};

} // namespace voltlane::gateway
