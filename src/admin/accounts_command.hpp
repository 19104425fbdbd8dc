#pragma once

#include "admin/session.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace voltlane::admin {

struct new_user {
    std::string username;
    std::string email;
    std::string full_name; // split at the first blank
    std::string role;      // user or super_admin
    std::string password_env;
    std::optional<std::int64_t> tenant;
    bool is_operator = false; // may change what the whole deployment shares: its user types
};

// An account that may log in at once. A super_admin without a tenant founds one of its own, as a CUSTOMER.
// Its password is held to the rules of the API, and nobody may have its names.
void create_user(session& s, const new_user& u);

} // namespace voltlane::admin
