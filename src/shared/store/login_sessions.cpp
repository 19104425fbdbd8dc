#include "shared/store/login_sessions.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement insert{
    "login_sessions.insert",
    "insert into login_sessions (account_id, client_type, device_name, ip_address, user_agent, expires_at) "
    "values ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6) returning id"};
constexpr pg::statement revoke{"login_sessions.revoke",
                               "update login_sessions set revoked_at = clock_timestamp() "
                               "where id = $2 and account_id = $1 and revoked_at is null"};
constexpr pg::statement since_then{"login_sessions.since", "select id, expires_at from login_sessions "
                                                           "where revoked_at >= $1 and expires_at > now()"};
constexpr pg::statement purge{"login_sessions.purge", "delete from login_sessions where expires_at < $1"};

} // namespace

std::int64_t insert_login_session(pg::transaction& t, const new_login_session& s) {
    const auto rows =
        t.exec(insert, {s.account, s.client_type, s.device_name, s.ip_address, s.user_agent, s.expires_at});
    return pg::get<std::int64_t>(rows[0][0]);
}

bool revoke_login_session(pg::transaction& t, account_id account, std::int64_t session) {
    return t.exec(revoke, {account, session}).affected_rows() > 0;
}

std::vector<revoked_session> revoked_since(pg::transaction& t, timestamp since) {
    std::vector<revoked_session> all;
    for (const auto& r : t.exec(since_then, {since}))
        all.push_back({pg::get<std::int64_t>(r[0]), pg::get<timestamp>(r[1])});
    return all;
}

std::int64_t purge_login_sessions(pg::transaction& t, timestamp before) {
    return static_cast<std::int64_t>(t.exec(purge, {before}).affected_rows());
}

} // namespace voltlane::store
