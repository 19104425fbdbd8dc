#pragma once

#include "admin/session.hpp"

#include <cstdint>
#include <string>

namespace voltlane::admin {

// One line a tenant. The key in its chargers' URL is a secret: shown only when asked for.
void list_tenants(session& s, bool show_keys);
// Prints the new tenant's id and the path that its chargers dial.
void create_tenant(session& s, const std::string& name);
// Gives the tenant a new key and prints it. Chargers that dial the old one get 404 from then on; live sockets
// stay.
void rotate_key(session& s, std::int64_t tenant);
// The same with a key that an environment variable holds, so that chargers configured elsewhere need no
// change.
void import_key(session& s, std::int64_t tenant, const std::string& key_env);

} // namespace voltlane::admin
