#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::simulator {

// Where chargers dial: `ws://host:port/path`; a charger's id is added to the path.
struct dial_address {
    std::string host;
    std::uint16_t port = 80;
    std::string path; // with a leading slash, without a trailing one; holds the tenant's key: a secret

    std::string host_header() const { return host + ":" + std::to_string(port); }
};

// nullopt where it is no such URL.
std::optional<dial_address> parse_dial_address(std::string_view url);
// For options::add: empty, or what is wrong.
std::string check_dial_address(std::string_view url);
// Letters, digits, '-', '_' and '.': ids then need no escaping.
std::string check_prefix(std::string_view prefix);

} // namespace voltlane::simulator
