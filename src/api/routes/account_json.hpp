#pragma once

#include "api/user_types/declarations.hpp"
#include "shared/store/accounts.hpp"

#include <string>

namespace voltlane::api {

// The profile object: its own members, then what the deployment's user types declare.
std::string profile_json(const store::account& a, const declarations& d);
// The same members, and once more under "user", with "success": what GET and PATCH of the profile answer.
std::string profile_answer(const store::account& a, const declarations& d);
// `tenant_ws`: where the tenant's chargers dial; empty: no tenant.
std::string me_json(const store::account& a, std::string_view tenant_ws);

} // namespace voltlane::api
