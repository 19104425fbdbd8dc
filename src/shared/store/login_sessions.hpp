#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Table `login_sessions`: one row a login; tokens carry its id. Writers: api, voltlane-admin (revokes).
namespace voltlane::store {

struct new_login_session {
    account_id account;
    std::string client_type = "unknown", device_name, ip_address, user_agent;
    timestamp expires_at{};
};
std::int64_t insert_login_session(pg::transaction& t, const new_login_session& s);

// False: not that account's, or revoked before.
bool revoke_login_session(pg::transaction& t, account_id account, std::int64_t session);

struct revoked_session {
    std::int64_t id = 0;
    timestamp expires_at{}; // of its refresh token; after that nobody needs to know
};
// Unexpired sessions revoked since then.
std::vector<revoked_session> revoked_since(pg::transaction& t, timestamp since);
// Revoked sessions, and expired ones past `before`, that nobody asks for any more. Returns how many went.
std::int64_t purge_login_sessions(pg::transaction& t, timestamp before);

} // namespace voltlane::store
