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
constexpr pg::statement purge{"one_time_tokens.purge", "delete from one_time_tokens where expires_at < $1"};

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

std::int64_t purge_one_time_tokens(pg::transaction& t, timestamp before) {
    return static_cast<std::int64_t>(t.exec(purge, {before}).affected_rows());
}

} // namespace voltlane::store
