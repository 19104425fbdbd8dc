#pragma once

#include "api/json_input.hpp"
#include "api/limits/rate_limits.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// A call that has a bound of its own, beside that of every call. A route may have several.
struct route_rate {
    std::string_view method;
    std::string_view pattern;
    rate which;
    // The member of the body that names the account, where nobody is logged in yet; empty: whoever calls.
    std::string_view account_member;
    // By account, the call counts only where its body has this member; empty: always.
    std::string_view counted_with = {};
};

std::span<const route_rate> route_rates() noexcept;
std::vector<const route_rate*> find_route_rates(std::string_view method, std::string_view pattern);
// As whom such a call counts by account; empty: as nobody. `caller`: empty where nobody is logged in.
std::string counted_account(const route_rate& r, const json_input& body, std::string_view caller);

} // namespace voltlane::api
