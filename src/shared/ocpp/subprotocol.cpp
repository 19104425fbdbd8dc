#include "shared/ocpp/subprotocol.hpp"

#include "shared/base/text.hpp"

namespace voltlane::ocpp {

subprotocol_choice choose_subprotocol(std::span<const std::string_view> header_values) noexcept {
    bool offered = false;
    for (auto value : header_values) {
        for (;;) {
            const auto comma = value.find(',');
            const auto name = trim(value.substr(0, comma));
            if (name == ocpp16_subprotocol) return subprotocol_choice::ocpp16;
            offered = offered || !name.empty();
            if (comma == std::string_view::npos) break;
            value.remove_prefix(comma + 1);
        }
    }
    return offered ? subprotocol_choice::refused : subprotocol_choice::none_offered;
}

} // namespace voltlane::ocpp
