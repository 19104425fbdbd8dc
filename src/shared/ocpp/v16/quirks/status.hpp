#pragma once

#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <cstdint>
#include <string_view>

namespace voltlane::ocpp::v16 {

// ChargePointStatus (1.6 section 7.7). `other` is anything else, 1.5's `Occupied` among them: the text is
// kept.
enum class charge_point_status : std::uint8_t {
    available,
    preparing,
    charging,
    suspended_evse,
    suspended_ev,
    finishing,
    reserved,
    unavailable,
    faulted,
    other,
};

struct status_reading {
    charge_point_status status = charge_point_status::other;
    std::string_view
        text; // the standard's spelling where known in any case (`charging` -> `Charging`), else as given
};

status_reading read_status(std::string_view text, quirk_set& quirks) noexcept;

} // namespace voltlane::ocpp::v16
