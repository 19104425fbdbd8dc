#pragma once

#include "shared/ocpp/frame.hpp"

#include <cstdint>
#include <string_view>

namespace voltlane::ocpp::v16 {

// Everything of a charger's that is wrong but served, by name; each is counted under that name (metric label,
// flags in events). field-notes.md says where each was seen.
enum class quirk : std::uint8_t {
    byte_order_mark, // frame
    null_payload,
    lone_surrogate,
    nul_character,
    time_short_offset, // quirks/charger_time: +hh or +hhmm
    time_without_zone,
    time_loose_format, // blank for T, lower case, no seconds, comma before the fraction
    time_leap_second,
    time_unreadable,
    time_missing,
    time_unset_clock, // before 2020: a clock that was never set
    value_number,     // quirks/sampled_value: a JSON number instead of text
    value_blanks,
    value_unreadable,
    value_signed,   // format SignedData: kept, never computed with
    unit_spelling,  // quirks/energy_unit: kwh, WH, none where one is due
    text_too_long,  // quirks/long_text
    unknown_choice, // quirks/status: a value outside of its enumeration
    integer_text,   // quirks/loose_integer: "1" for 1
    integer_fraction,
    integer_out_of_range,
    id_tag_blanks,              // quirks/id_tag
    transaction_id_placeholder, // quirks/placeholder_id: 0 or negative
    reservation_id_placeholder,
    member_missing, // a required member of a call that is answered all the same
    member_invalid, // a member of another type there
};
inline constexpr std::size_t quirk_count = static_cast<std::size_t>(quirk::member_invalid) + 1;
static_assert(quirk_count <= 32);

// snake_case, as the enumerator is written.
std::string_view to_string(quirk q) noexcept;

class quirk_set {
public:
    constexpr void add(quirk q) noexcept { bits_ |= 1u << static_cast<unsigned>(q); }
    constexpr void add(quirk_set other) noexcept { bits_ |= other.bits_; }
    constexpr bool has(quirk q) const noexcept { return (bits_ >> static_cast<unsigned>(q) & 1u) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr std::uint32_t bits() const noexcept { return bits_; }
    constexpr bool operator==(const quirk_set&) const = default;

    // Calls f(quirk) for each one that is set.
    template <class F>
    void for_each(F&& f) const {
        for (auto rest = bits_; rest != 0; rest &= rest - 1)
            f(static_cast<quirk>(__builtin_ctz(rest)));
    }

private:
    std::uint32_t bits_ = 0;
};

quirk_set quirks_of(const frame_repairs& repairs) noexcept;

} // namespace voltlane::ocpp::v16
