#pragma once

#include "api/limits/rate_limits.hpp"

#include <span>
#include <string_view>

namespace voltlane::api {

// A call that has a bound of its own, beside that of every call.
struct route_rate {
    std::string_view method;
    std::string_view pattern;
    rate which;
    // The member of the body that names the account, where nobody is logged in yet; empty: whoever calls.
    std::string_view account_member;
};

std::span<const route_rate> route_rates() noexcept;
// nullptr: none.
const route_rate* find_route_rate(std::string_view method, std::string_view pattern) noexcept;

} // namespace voltlane::api
