#pragma once

#include "shared/base/time.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <chrono>
#include <optional>
#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::ocpp::v16 {

// A timestamp as a charger wrote it, and as it is understood.
struct charger_time {
    std::string_view text;          // as sent; empty where absent or no string
    std::optional<timestamp> value; // UTC; nullopt where absent or unreadable: the receipt's time then counts
    bool zone_missing = false;      // `value` was read in `default_offset`
};

// ISO 8601 as chargers write it (field-notes 1, 2, 4; fuzz E6): date, 'T' or blank, hours and minutes,
// seconds and fraction optional (any number of digits, cut to microseconds), Z, +hh, +hhmm, +hh:mm or nothing
// (then `default_offset` from UTC, flagged). A 60th second is the next minute's first. February 30, 24:00 and
// local formats are unreadable. Years before 2020 are read and flagged; whether a time is plausible is
// decided where it is billed.
charger_time read_charger_time(std::string_view text, quirk_set& quirks,
                               std::chrono::minutes default_offset = std::chrono::minutes{0});

// The same for a member; absent and null are flagged as missing where `required`, other JSON types as
// unreadable.
charger_time read_charger_time(const boost::json::object& o, std::string_view name, bool required,
                               quirk_set& quirks,
                               std::chrono::minutes default_offset = std::chrono::minutes{0});

} // namespace voltlane::ocpp::v16
