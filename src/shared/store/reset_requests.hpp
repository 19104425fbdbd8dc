#pragma once

#include "shared/pg/transaction.hpp"

#include <string_view>

// Table `reset_requests`: somebody asked for a link to be mailed to an e-mail, which may be nobody's. The
// pool `notify` looks whose it is when it sends the mail, so that the API does the same work for known and
// unknown ones, and cannot be asked by its timing. Writer: api; the pool `notify` deletes old ones.
namespace voltlane::store {

// A link to choose a new password.
void request_password_reset(pg::transaction& t, std::string_view email);
// The link that verifies the e-mail, once more; nothing is sent where it is verified already.
void request_verification(pg::transaction& t, std::string_view email);

} // namespace voltlane::store
