#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <array>

namespace voltlane::ocpp::v16 {
namespace {

constexpr std::array<std::string_view, quirk_count> names{
    "byte_order_mark",
    "null_payload",
    "lone_surrogate",
    "nul_character",
    "time_short_offset",
    "time_without_zone",
    "time_loose_format",
    "time_leap_second",
    "time_unreadable",
    "time_missing",
    "time_unset_clock",
    "value_number",
    "value_blanks",
    "value_unreadable",
    "value_signed",
    "unit_spelling",
    "text_too_long",
    "unknown_choice",
    "integer_text",
    "integer_fraction",
    "integer_out_of_range",
    "id_tag_blanks",
    "transaction_id_placeholder",
    "reservation_id_placeholder",
    "member_missing",
    "member_invalid",
};
static_assert(!names.back().empty());

} // namespace

std::string_view to_string(quirk q) noexcept {
    return names[static_cast<std::size_t>(q)];
}

quirk_set quirks_of(const frame_repairs& repairs) noexcept {
    quirk_set set;
    if (repairs.byte_order_mark) set.add(quirk::byte_order_mark);
    if (repairs.null_payload) set.add(quirk::null_payload);
    if (repairs.lone_surrogate) set.add(quirk::lone_surrogate);
    if (repairs.nul_character) set.add(quirk::nul_character);
    return set;
}

} // namespace voltlane::ocpp::v16
