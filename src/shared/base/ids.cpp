#include "shared/base/ids.hpp"

#include "shared/base/text.hpp"

namespace voltlane {

std::string to_string(const epoch& e) {
    return std::to_string(e.generation) + '-' + std::to_string(e.offset);
}

std::optional<epoch> parse_epoch(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto generation = parse_integer<std::int32_t>(text.substr(0, dash));
    const auto offset = parse_integer<std::int64_t>(text.substr(dash + 1));
    if (!generation || !offset || *offset < 0) return std::nullopt;
    return epoch{*generation, *offset};
}

std::string to_string(const charger_key& key) {
    return std::to_string(key.tenant()) + '/' + key.charge_point;
}

std::optional<charger_key> parse_charger_key(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || slash + 1 == text.size()) return std::nullopt;
    const auto tenant = parse_integer<std::int64_t>(text.substr(0, slash));
    if (!tenant || *tenant <= 0) return std::nullopt;
    return charger_key{tenant_id{*tenant}, std::string(text.substr(slash + 1))};
}

} // namespace voltlane
