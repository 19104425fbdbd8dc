#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Table `login_sessions`: one row a login; tokens carry its id. All its times are the database's, so that
// pods whose clocks differ agree; `expires_at` is whole seconds, as tokens say it. Writers: api,
// voltlane-admin (revokes).
namespace voltlane::store {

struct new_login_session {
    account_id account;
    std::string client_type = "unknown", device_name, ip_address, user_agent;
    std::optional<std::int64_t> telegram_user_id;
    std::optional<std::string> telegram_username;
    bool managed = false;        // one that is active and not expired per account and client type
    std::chrono::seconds life{}; // of its refresh token
};
struct opened_login_session {
    std::int64_t id = 0;
    timestamp opened_at{}; // when its first tokens are made
};
// nullopt: a managed one while the account has one of that client type. An expired one in its place is
// revoked first.
std::optional<opened_login_session> open_login_session(pg::transaction& t, const new_login_session& s);

struct login_session {
    std::int64_t id = 0;
    std::string client_type, device_name;
    timestamp created_at{}, last_activity{}, expires_at{}; // the last: of its refresh token
    std::optional<std::string> ip_address, user_agent;
    bool is_active = false; // neither revoked nor expired
};
// An account's own, newest first, at most `most`.
std::vector<login_session> list_login_sessions(pg::transaction& t, account_id account, std::int64_t most);
// nullopt: no such session, or another account's.
std::optional<login_session> find_login_session(pg::transaction& t, account_id account, std::int64_t session);

// What decides about a refresh token.
struct refresh_state {
    std::int64_t rotation = 0;           // of the pair of tokens that is good
    std::optional<timestamp> rotated_at; // when that pair was made; nullopt: with the session
    timestamp expires_at{};
    bool revoked = false;
    bool may_login = false; // the account: active, verified, approved, not expired
    timestamp now{};        // the database's
};
// nullopt: no such session, or another account's.
std::optional<refresh_state> find_refresh_state(pg::transaction& t, account_id account, std::int64_t session);
// The same, and keeps the row until the transaction ends.
std::optional<refresh_state> lock_refresh_state(pg::transaction& t, account_id account, std::int64_t session);
// The next pair of tokens: the time of its making. Counts as activity.
timestamp rotate_login_session(pg::transaction& t, std::int64_t session, std::chrono::seconds life);

struct revoked_session {
    std::int64_t id = 0;
    timestamp expires_at{}; // of its refresh token; its last access token may live for a day more
};
// nullopt: not that account's, or revoked before.
std::optional<revoked_session> revoke_login_session(pg::transaction& t, account_id account,
                                                    std::int64_t session);
// Revokes every login session of the account but `except`, and returns those that were not revoked before:
// for revocations::add once the transaction has committed. After what ends the account's rights, in the same
// transaction: a login that got in between has then been seen (see confirm_password).
std::vector<revoked_session> revoke_all_login_sessions(pg::transaction& t, account_id account,
                                                       std::optional<std::int64_t> except = std::nullopt);

struct revoked_view {
    std::vector<revoked_session> revoked;
    timestamp as_of{}; // the database's: what the next question may begin at, less an overlap
};
// Sessions revoked since then whose tokens may be alive.
revoked_view revoked_since(pg::transaction& t, timestamp since);

// When a session was last used, as this long before now.
struct session_activity {
    std::int64_t session = 0;
    std::chrono::milliseconds ago{};
};
// One statement. Leaves rows alone that say so of the last minute, whichever pod wrote it, and those that
// somebody else is changing at this moment: waits for nobody.
void note_login_activity(pg::transaction& t, const std::vector<session_activity>& used);

// Sessions that expired longer than `kept` ago, which nobody asks for any more, oldest first. Returns how
// many went, `most` at most.
std::int64_t purge_login_sessions(pg::transaction& t, std::chrono::seconds kept, std::int64_t most);

} // namespace voltlane::store
