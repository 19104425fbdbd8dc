#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

// Table `one_time_tokens`: what a mail's link carries, as SHA-256 in lower-case hex; the token itself is
// nowhere but in the mail. Made by the pool `notify` when the mail is sent, used up by the api.
namespace voltlane::store {

enum class token_purpose { verify_email, password_reset, invitation };

// For an account (verify_email, password_reset) or an invitation.
void insert_one_time_token(pg::transaction& t, token_purpose purpose, std::string_view hash,
                           std::int64_t subject, timestamp expires_at);
// Whether there is an unused, unexpired token of that purpose and subject. Locks it.
bool has_one_time_token(pg::transaction& t, token_purpose purpose, std::string_view hash,
                        std::int64_t subject);
// The same, and uses it up, with all others of that purpose and subject (older mails' links). Two at once:
// one wins.
bool use_one_time_token(pg::transaction& t, token_purpose purpose, std::string_view hash,
                        std::int64_t subject);
// Whether a good token of that purpose and subject was made less than `age` ago. Others that ask the same of
// it wait until the transaction ends: of two that make a token only where there is no fresh one, one does.
bool claim_fresh_token(pg::transaction& t, token_purpose purpose, std::int64_t subject,
                       std::chrono::seconds age);
// Forgets those that expired longer than `kept` ago. Returns how many went, `most` at most.
std::int64_t purge_one_time_tokens(pg::transaction& t, std::chrono::seconds kept, std::int64_t most);

} // namespace voltlane::store
