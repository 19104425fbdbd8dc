#pragma once

#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

// csms.notifications, key `<tenant>/<account>` (0 where none): mails and integrations to carry out. A
// template and ids, never a token, an address or a name: the pool `notify` reads the rows when it carries one
// out.
namespace voltlane::events {

inline constexpr int notification_version = 1;

struct notification {
    // Templates of mails, and what they are told to: `account` is who gets the mail.
    // Asked for again by an e-mail that may be nobody's: no account, ids: request.
    static constexpr std::string_view verify_email = "verify_email";
    static constexpr std::string_view approval_requested = "approval_requested"; // ids: applicant
    static constexpr std::string_view approval_granted = "approval_granted";     // ids: parent
    static constexpr std::string_view approval_refused = "approval_refused";     // ids: parent
    static constexpr std::string_view password_reset = "password_reset";         // ids: request; no account
    static constexpr std::string_view password_changed = "password_changed";
    static constexpr std::string_view invitation = "invitation"; // ids: invitation; no account
    static constexpr std::string_view thingsboard_activation = "thingsboard_activation";
    static constexpr std::array mails{verify_email,     approval_requested,    approval_granted,
                                      approval_refused, password_reset,        password_changed,
                                      invitation,       thingsboard_activation};
    // Integrations.
    static constexpr std::string_view thingsboard = "thingsboard"; // bring `account` in step

    std::string id;   // UUID, made where it is asked for
    std::string kind; // mail, integration
    std::string name; // of the template
    std::optional<tenant_id> tenant;
    std::optional<account_id> account;
    std::map<std::string, std::int64_t, std::less<>> ids; // what the template is filled from, by name
    timestamp at{};
};

std::string notification_key(const notification& n);
std::string encode(const notification& n);
result<notification> parse_notification(std::string_view value);

} // namespace voltlane::events
