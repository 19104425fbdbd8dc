#include "shared/store/one_time_tokens.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement insert{
    "one_time_tokens.insert",
    "insert into one_time_tokens (token_hash, purpose, account_id, invitation_id, expires_at) "
    "select $1, $2, case when $2 = 'invitation' then null else $3::bigint end, "
    "case when $2 = 'invitation' then $3::bigint end, $4"};
constexpr pg::statement find{"one_time_tokens.find",
                             "select from one_time_tokens where token_hash = $1 and purpose = $2 "
                             "and coalesce(account_id, invitation_id) = $3 and used_at is null "
                             "and expires_at > now() for update"};
constexpr pg::statement use_all{"one_time_tokens.use_all",
                                "update one_time_tokens set used_at = now() where purpose = $1 "
                                "and coalesce(account_id, invitation_id) = $2 and used_at is null"};
// The second number keeps clear of other advisory locks: "mail" in ASCII.
constexpr pg::statement lock_subject{
    "one_time_tokens.lock_subject",
    "select pg_advisory_xact_lock(hashtextextended(concat($1::text, ' ', $2::bigint), 1835100524))"};
constexpr pg::statement fresh{
    "one_time_tokens.fresh",
    "select exists (select from one_time_tokens where purpose = $1 "
    "and coalesce(account_id, invitation_id) = $2 and used_at is null and expires_at > now() "
    "and created_at > now() - make_interval(secs => $3::bigint))"};
constexpr pg::statement purge{
    "one_time_tokens.purge",
    "delete from one_time_tokens where token_hash in (select token_hash from one_time_tokens "
    "where expires_at < now() - make_interval(secs => $1) order by expires_at limit $2 "
    "for update skip locked)"};

std::string_view name_of(token_purpose p) {
    switch (p) {
    case token_purpose::verify_email: return "verify_email";
    case token_purpose::password_reset: return "password_reset";
    case token_purpose::invitation: return "invitation";
    }
    return {};
}

} // namespace

void insert_one_time_token(pg::transaction& t, token_purpose purpose, std::string_view hash,
                           std::int64_t subject, timestamp expires_at) {
    t.exec(insert, {hash, name_of(purpose), subject, expires_at});
}

bool has_one_time_token(pg::transaction& t, token_purpose purpose, std::string_view hash,
                        std::int64_t subject) {
    return !t.exec(find, {hash, name_of(purpose), subject}).empty();
}

bool use_one_time_token(pg::transaction& t, token_purpose purpose, std::string_view hash,
                        std::int64_t subject) {
    if (!has_one_time_token(t, purpose, hash, subject)) return false;
    t.exec(use_all, {name_of(purpose), subject});
    return true;
}

bool claim_fresh_token(pg::transaction& t, token_purpose purpose, std::int64_t subject,
                       std::chrono::seconds age) {
    t.exec(lock_subject, {name_of(purpose), subject});
    return pg::get<bool>(
        t.exec(fresh, {name_of(purpose), subject, static_cast<std::int64_t>(age.count())})[0][0]);
}

std::int64_t purge_one_time_tokens(pg::transaction& t, std::chrono::seconds kept, std::int64_t most) {
    return static_cast<std::int64_t>(t.exec(purge, {std::int64_t{kept.count()}, most}).affected_rows());
}

} // namespace voltlane::store
