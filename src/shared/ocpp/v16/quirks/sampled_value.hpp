#pragma once

#include "shared/ocpp/v16/quirks/energy_unit.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::ocpp::v16 {

// One SampledValue with 1.6's defaults filled in (section 7.43) and its oddities repaired (field-notes 14,
// 16, 33).
struct sampled_value {
    std::string_view raw_text;  // `value` as sent, where it was text
    std::string number;         // `value` in decimal digits, where it was a JSON number
    bool is_decimal = false;    // value() is a plain decimal number in PostgreSQL's sense, at most 40 digits
    std::string_view context;   // default Sample.Periodic
    std::string_view format;    // default Raw
    std::string_view measurand; // default Energy.Active.Import.Register; vendors' own names as given
    std::string_view phase;     // empty = total
    std::string_view location;  // default Outlet
    std::string_view unit;      // as given; default Wh for energy measurands, else empty
    // Only for Energy.Active.Import.Register at the Outlet, format Raw, in Wh or kWh, readable.
    std::optional<energy> register_energy;
    quirk_set quirks;

    // Trimmed text of the value, decimal or not.
    std::string_view value() const noexcept;
};

sampled_value read_sampled_value(const boost::json::object& o);

} // namespace voltlane::ocpp::v16
