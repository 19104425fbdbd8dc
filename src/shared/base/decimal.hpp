#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane {

// Exact decimal numbers as integers of the smallest unit; no binary double touches money or energy.

// Decimal text (`-12.50`, `1e3`, `.5` is refused) to an integer of 10^-scale, half away from zero beyond the
// scale. nullopt: not a decimal number, over 40 digits, or out of the range of int64.
std::optional<std::int64_t> parse_scaled(std::string_view text, int scale);
// The same, but nullopt too where digits beyond the scale are not zero.
std::optional<std::int64_t> parse_scaled_exact(std::string_view text, int scale);
// All `scale` digits: format_scaled(10000, 3) = "10.000".
std::string format_scaled(std::int64_t units, int scale);
// As a JSON number: at least one fraction digit, no trailing zeros: 15000/3 = "15.0", 192/3 = "0.192".
std::string format_number(std::int64_t units, int scale);

// Half-up division (half away from zero for negatives). Precondition: divisor > 0.
std::int64_t divide_half_up(__int128 dividend, std::int64_t divisor);

template <int Scale>
struct fixed {
    std::int64_t units = 0; // of 10^-Scale

    constexpr auto operator<=>(const fixed&) const = default;
    static constexpr int scale = Scale;
    static std::optional<fixed> parse(std::string_view text) {
        const auto u = parse_scaled(text, Scale);
        return u ? std::optional(fixed{*u}) : std::nullopt;
    }
    std::string text() const { return format_scaled(units, Scale); }   // "10.000"
    std::string number() const { return format_number(units, Scale); } // "10.0"
};

using price = fixed<3>;          // per kWh or per hour, currency units
using money = fixed<3>;          // totals
using watt_hours = std::int64_t; // energy, whole Wh

} // namespace voltlane
