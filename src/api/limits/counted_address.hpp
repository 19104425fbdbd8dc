#pragma once

#include <string>
#include <string_view>

// As whom an address counts. Text that is no address counts as itself.
namespace voltlane::api {

// What one customer has: an IPv4 address, an IPv6 /64.
std::string counted_address(std::string_view address);
// What holds many of those, or is one customer's after all: an IPv6 /48. Empty for everything else.
std::string counted_network(std::string_view address);

} // namespace voltlane::api
