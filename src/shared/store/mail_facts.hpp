#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>

// What mails are written from. Reads accounts, reset_requests and invitations; writes nothing. Reader: the
// pool `notify`.
namespace voltlane::store {

struct mail_account {
    account_id id;
    std::string username, email, first_name, last_name;
    bool is_active = true, email_verified = true, is_approved = true;
    bool is_refused = false;
    std::string refusal_reason;
};
// nullopt: no such account (any more).
std::optional<mail_account> find_mail_account(pg::transaction& t, account_id id);
// Whose e-mail the request names, in any spelling that logs in; nullopt: nobody's, or the request is gone.
std::optional<mail_account> find_mail_account_by_request(pg::transaction& t, std::int64_t request);

struct mail_invitation {
    std::int64_t id = 0;
    std::string email;
    std::string tenant_name;
    mail_account inviter;
    timestamp expires_at{};
    bool is_open = false; // neither accepted nor revoked nor expired
};
std::optional<mail_invitation> find_mail_invitation(pg::transaction& t, std::int64_t id);

} // namespace voltlane::store
