#pragma once

#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/store/deliveries.hpp"
#include "workers/mail/templates.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::workers {

struct letter_settings {
    std::string public_api_url; // no slash at the end
    std::string dashboard_url;  // likewise
    std::chrono::minutes reset_token_life{60};
    std::chrono::hours verify_token_life{48};
    std::chrono::hours invitation_life{std::chrono::days(7)};
};

// What a mail says, and to whom.
struct letter {
    std::string to;
    mail_values values;
};

// Decides whether the delivery still is to be made, and from what: the rows are read when the mail is sent. A
// mail whose link carries a token gets a fresh one; its hash is written in `t`, so that the link works as
// soon as the transaction is committed and the token is nowhere but in the letter.
//
// nullopt: no mail. The account is gone, already verified, deactivated, approved otherwise; a decision's
// receiver has not verified its e-mail; nobody has that e-mail; the invitation was accepted, revoked or is
// over; a mail that verifies the e-mail or resets the password went to that account less than a minute ago
// (a delivery's second attempt is not stopped by its first).
std::optional<letter> prepare_letter(pg::transaction& t, const store::delivery& d, const letter_settings& s,
                                     timestamp now);

// `48 hours`, `1 hour`, `7 days`, `90 minutes`.
std::string duration_text(std::chrono::minutes d);

// How somebody is called in a mail to somebody else or to an address that need not be theirs: the first of
// these that is usable, or `otherwise`. Text that reads like an address in the web ("evil.example") or is
// long was not written to be a name, and a mail of ours is no place for it.
std::string shown_name(const std::string& full_name, const std::string& username,
                       std::string_view otherwise = "a user of Voltlane");

} // namespace voltlane::workers
