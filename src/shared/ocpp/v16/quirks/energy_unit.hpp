#pragma once

#include "shared/base/decimal.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <optional>
#include <string_view>

namespace voltlane::ocpp::v16 {

// Energy in Wh, exact to the thousandth.
using energy = fixed<3>;

// `text` (decimal) in `unit` (Wh or kWh in any case, empty = Wh) as energy; nullopt where either is something
// else or the value is out of range. Decimal arithmetic only.
std::optional<energy> read_energy(std::string_view text, std::string_view unit, quirk_set& quirks);

} // namespace voltlane::ocpp::v16
