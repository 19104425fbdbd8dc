#include "simulator/net/dial_address.hpp"

#include "shared/base/text.hpp"

#include <algorithm>

namespace voltlane::simulator {

std::optional<dial_address> parse_dial_address(std::string_view url) {
    constexpr std::string_view scheme = "ws://";
    if (!url.starts_with(scheme)) return std::nullopt;
    url.remove_prefix(scheme.size());
    const auto slash = std::min(url.find('/'), url.size());
    auto authority = url.substr(0, slash);
    dial_address a;
    a.path = url.substr(slash);
    while (a.path.ends_with('/'))
        a.path.pop_back();
    if (const auto colon = authority.rfind(':'); colon != std::string_view::npos) {
        const auto port = parse_integer<std::uint16_t>(authority.substr(colon + 1));
        if (!port || *port == 0) return std::nullopt;
        a.port = *port;
        authority = authority.substr(0, colon);
    }
    a.host = authority;
    const bool bad = a.host.empty() || a.host.find_first_of("@[]? #") != std::string::npos ||
                     a.path.find_first_of("? #") != std::string::npos;
    if (bad) return std::nullopt;
    return a;
}

std::string check_dial_address(std::string_view url) {
    return parse_dial_address(url) ? "" : "must be ws://host:port/path";
}

std::string check_prefix(std::string_view prefix) {
    const bool good =
        !prefix.empty() && prefix.size() <= 40 && std::all_of(prefix.begin(), prefix.end(), [](char c) {
            const char l = ascii_lower(c);
            return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        });
    return good ? "" : "must be 1 to 40 letters, digits, '-', '_' or '.'";
}

} // namespace voltlane::simulator
