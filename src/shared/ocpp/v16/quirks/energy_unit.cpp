#include "shared/ocpp/v16/quirks/energy_unit.hpp"

#include "shared/base/text.hpp"

namespace voltlane::ocpp::v16 {
namespace {

constexpr int kilo_digits = 3; // 1 kWh is 1000 Wh: three more digits before the point

} // namespace

std::optional<energy> read_energy(std::string_view text, std::string_view unit, quirk_set& quirks) {
    const auto name = trim(unit);
    const bool plain = name.empty() || iequals(name, "Wh");
    if (!plain && !iequals(name, "kWh")) return std::nullopt;
    if (!unit.empty() && unit != "Wh" && unit != "kWh") quirks.add(quirk::unit_spelling);
    const auto units = parse_scaled(text, plain ? energy::scale : energy::scale + kilo_digits);
    if (!units) return std::nullopt;
    return energy{*units};
}

} // namespace voltlane::ocpp::v16
