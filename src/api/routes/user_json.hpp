#pragma once

#include "shared/base/time.hpp"
#include "shared/store/accounts.hpp"

#include <string>

namespace voltlane::api {

// The user object of /api/v1/auth/ (rest-contract "Login sessions"): users/me/, users/, and beside the tokens
// of token/. `is_active`: may log in but for its expiry, which `profile` tells.
std::string user_json(const store::account& a, timestamp now);

} // namespace voltlane::api
