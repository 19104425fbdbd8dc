#include "shared/store/login_sessions.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement revoke_expired{
    "login_sessions.revoke_expired",
    "update login_sessions set revoked_at = clock_timestamp() where account_id = $1 and client_type = $2 and "
    "managed and revoked_at is null and expires_at <= statement_timestamp()"};
constexpr pg::statement insert{
    "login_sessions.insert",
    "insert into login_sessions (account_id, client_type, device_name, ip_address, user_agent, managed, "
    "telegram_user_id, telegram_username, created_at, last_activity, expires_at) "
    "values ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6, $7, $8, "
    "statement_timestamp(), statement_timestamp(), "
    "date_trunc('second', statement_timestamp()) + make_interval(secs => $9)) "
    "on conflict (account_id, client_type) where managed and revoked_at is null do nothing "
    "returning id, created_at"};

#define SESSION_COLUMNS                                                                                      \
    "id, client_type, device_name, created_at, last_activity, expires_at, ip_address, user_agent, "          \
    "revoked_at is null and expires_at > statement_timestamp()"

constexpr pg::statement list{"login_sessions.list", "select " SESSION_COLUMNS " from login_sessions "
                                                    "where account_id = $1 order by id desc limit $2"};
constexpr pg::statement by_id{"login_sessions.by_id", "select " SESSION_COLUMNS " from login_sessions "
                                                      "where account_id = $1 and id = $2"};

#define REFRESH_STATE                                                                                        \
    "select s.rotation, s.rotated_at, s.expires_at, s.revoked_at is not null, "                              \
    "a.is_active and a.email_verified and a.is_approved and (a.expires_at is null or a.expires_at > "        \
    "clock_timestamp()), clock_timestamp() "                                                                 \
    "from login_sessions s join accounts a on a.id = s.account_id where s.account_id = $1 and s.id = $2"

constexpr pg::statement state{"login_sessions.state", REFRESH_STATE};
constexpr pg::statement locked_state{"login_sessions.locked_state", REFRESH_STATE " for update of s"};
constexpr pg::statement rotate{
    "login_sessions.rotate",
    "update login_sessions set rotation = rotation + 1, "
    "rotated_at = statement_timestamp(), last_activity = statement_timestamp(), "
    "expires_at = date_trunc('second', statement_timestamp()) + make_interval(secs => $2) "
    "where id = $1 returning rotated_at"};

constexpr pg::statement revoke{"login_sessions.revoke",
                               "update login_sessions set revoked_at = clock_timestamp() where id = $2 and "
                               "account_id = $1 and revoked_at is null returning id, expires_at"};
constexpr pg::statement revoke_all{
    "login_sessions.revoke_all",
    "update login_sessions set revoked_at = clock_timestamp() where account_id = $1 and revoked_at is null "
    "and ($2::bigint is null or id <> $2) returning id, expires_at"};
constexpr pg::statement since_then{
    "login_sessions.since",
    "select n.at, s.id, s.expires_at from (select clock_timestamp() as at) n left join login_sessions s "
    "on s.revoked_at >= $1 and s.expires_at > statement_timestamp() - interval '1 day'"};
// In the order of the ids, and past rows that somebody else has: two pods never wait for each other.
constexpr pg::statement activity{
    "login_sessions.activity",
    "with used as (select id, statement_timestamp() - make_interval(secs => ago / 1000.0) as at "
    "from unnest($1::bigint[], $2::bigint[]) as v (id, ago)), "
    "held as (select s.id, u.at from login_sessions s join used u on u.id = s.id where s.revoked_at is null "
    "and s.last_activity <= u.at - interval '1 minute' order by s.id for no key update of s skip locked) "
    "update login_sessions s set last_activity = h.at from held h where s.id = h.id"};
constexpr pg::statement purge{
    "login_sessions.purge",
    "delete from login_sessions where id in (select id from login_sessions "
    "where expires_at < now() - make_interval(secs => $1) order by expires_at limit $2 "
    "for update skip locked)"};

login_session read_session(const pg::row& r) {
    login_session s;
    s.id = pg::get<std::int64_t>(r[0]);
    s.client_type = pg::get<std::string>(r[1]);
    s.device_name = pg::get<std::string>(r[2]);
    s.created_at = pg::get<timestamp>(r[3]);
    s.last_activity = pg::get<timestamp>(r[4]);
    s.expires_at = pg::get<timestamp>(r[5]);
    s.ip_address = pg::opt<std::string>(r[6]);
    s.user_agent = pg::opt<std::string>(r[7]);
    s.is_active = pg::get<bool>(r[8]);
    return s;
}

std::optional<refresh_state> read_state(const pg::rows& rows) {
    if (rows.empty()) return std::nullopt;
    const auto& r = rows[0];
    return refresh_state{pg::get<std::int64_t>(r[0]), pg::opt<timestamp>(r[1]), pg::get<timestamp>(r[2]),
                         pg::get<bool>(r[3]),         pg::get<bool>(r[4]),      pg::get<timestamp>(r[5])};
}

revoked_session read_revoked(const pg::row& r) {
    return {pg::get<std::int64_t>(r[0]), pg::get<timestamp>(r[1])};
}

} // namespace

std::optional<opened_login_session> open_login_session(pg::transaction& t, const new_login_session& s) {
    if (s.managed) t.exec(revoke_expired, {s.account, s.client_type});
    const auto rows =
        t.exec(insert, {s.account, s.client_type, s.device_name, s.ip_address, s.user_agent, s.managed,
                        s.telegram_user_id, s.telegram_username, std::int64_t{s.life.count()}});
    if (rows.empty()) return std::nullopt;
    return opened_login_session{pg::get<std::int64_t>(rows[0][0]), pg::get<timestamp>(rows[0][1])};
}

std::vector<login_session> list_login_sessions(pg::transaction& t, account_id account, std::int64_t most) {
    std::vector<login_session> all;
    for (const auto& r : t.exec(list, {account, most}))
        all.push_back(read_session(r));
    return all;
}

std::optional<login_session> find_login_session(pg::transaction& t, account_id account,
                                                std::int64_t session) {
    const auto rows = t.exec(by_id, {account, session});
    return rows.empty() ? std::nullopt : std::optional(read_session(rows[0]));
}

std::optional<refresh_state> find_refresh_state(pg::transaction& t, account_id account,
                                                std::int64_t session) {
    return read_state(t.exec(state, {account, session}));
}

std::optional<refresh_state> lock_refresh_state(pg::transaction& t, account_id account,
                                                std::int64_t session) {
    return read_state(t.exec(locked_state, {account, session}));
}

timestamp rotate_login_session(pg::transaction& t, std::int64_t session, std::chrono::seconds life) {
    return pg::get<timestamp>(t.exec(rotate, {session, std::int64_t{life.count()}})[0][0]);
}

std::optional<revoked_session> revoke_login_session(pg::transaction& t, account_id account,
                                                    std::int64_t session) {
    const auto rows = t.exec(revoke, {account, session});
    return rows.empty() ? std::nullopt : std::optional(read_revoked(rows[0]));
}

std::vector<revoked_session> revoke_all_login_sessions(pg::transaction& t, account_id account,
                                                       std::optional<std::int64_t> except) {
    std::vector<revoked_session> all;
    for (const auto& r : t.exec(revoke_all, {account, except}))
        all.push_back(read_revoked(r));
    return all;
}

revoked_view revoked_since(pg::transaction& t, timestamp since) {
    revoked_view view;
    for (const auto& r : t.exec(since_then, {since})) {
        view.as_of = pg::get<timestamp>(r[0]);
        if (const auto id = pg::opt<std::int64_t>(r[1]))
            view.revoked.push_back({*id, pg::get<timestamp>(r[2])});
    }
    return view;
}

void note_login_activity(pg::transaction& t, const std::vector<session_activity>& used) {
    pg::array ids, ago;
    for (const auto& u : used) {
        ids.add(u.session);
        ago.add(std::int64_t{u.ago.count()});
    }
    t.exec(activity, {ids, ago});
}

std::int64_t purge_login_sessions(pg::transaction& t, std::chrono::seconds kept, std::int64_t most) {
    return static_cast<std::int64_t>(t.exec(purge, {std::int64_t{kept.count()}, most}).affected_rows());
}

} // namespace voltlane::store
