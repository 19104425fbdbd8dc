#pragma once

#include "shared/store/accounts.hpp"

#include <string>

namespace voltlane::api {

// The profile object (rest-contract "Accounts").
std::string profile_json(const store::account& a);
// The same members, and once more under "user", with "success": what GET and PATCH of the profile answer.
std::string profile_answer(const store::account& a);
// `tenant_ws`: where the tenant's chargers dial; empty: no tenant.
std::string me_json(const store::account& a, std::string_view tenant_ws);

} // namespace voltlane::api
