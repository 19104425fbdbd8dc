#pragma once

#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace voltlane::ocpp::v16 {

// The one rule for integers: a JSON number whose value is integral is an integer, however it is written
// (1, 1.0, 1e2, -0), as long as it fits int64 and, where it is written with a point or exponent, 2^53.
// nullopt: no number, a fraction, or out of that range.
std::optional<std::int64_t> as_integer(const boost::json::value& v) noexcept;

// As above, and decimal text of an integer ("1", blanks around it trimmed), flagged as integer_text.
std::optional<std::int64_t> read_loose_integer(const boost::json::value& v, quirk_set& quirks) noexcept;

// Into int32, which every column that holds connectors has; out of range: the nearest bound, flagged.
std::int32_t clamp_to_int32(std::int64_t value, quirk_set& quirks) noexcept;

// A number or string member as decimal text, exact: strings trimmed, integers in digits, other numbers in
// their shortest form (`0.192`). Empty where it is neither or absent.
std::string number_text(const boost::json::value* v);

} // namespace voltlane::ocpp::v16
