#include "shared/ocpp/v16/quirks/status.hpp"

#include "shared/base/text.hpp"

#include <array>

namespace voltlane::ocpp::v16 {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(charge_point_status::other)> names{
    "Available", "Preparing", "Charging",    "SuspendedEVSE", "SuspendedEV",
    "Finishing", "Reserved",  "Unavailable", "Faulted",
};

} // namespace

status_reading read_status(std::string_view text, quirk_set& quirks) noexcept {
    const auto trimmed = trim(text);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!iequals(names[i], trimmed)) continue;
        if (names[i] != text) quirks.add(quirk::unknown_choice);
        return {static_cast<charge_point_status>(i), names[i]};
    }
    quirks.add(quirk::unknown_choice);
    return {charge_point_status::other, text};
}

} // namespace voltlane::ocpp::v16
