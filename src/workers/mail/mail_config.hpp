#pragma once

#include "shared/base/config.hpp"
#include "workers/mail/mail_runner.hpp"

#include <cstdint>
#include <string>

namespace voltlane::workers {

// The worker's options for mail.
struct mail_config {
    std::string smtp_url;
    std::string smtp_user;
    std::string smtp_password;
    std::string smtp_starttls = "required";
    std::string smtp_ca_file;
    std::int64_t smtp_seconds = 30;
    std::int64_t smtp_connections = 4;
    std::string mail_from;
    std::string templates = "templates/mail";
    std::string public_api_url;
    std::string dashboard_url;
    std::int64_t reset_token_minutes = 60;
    std::int64_t verify_token_hours = 48;
    std::int64_t invitation_days = 7;

    bool enabled() const noexcept { return !smtp_url.empty(); }
};

void bind(options& o, mail_config& c);

// What belongs together across options; empty, or what is wrong. Only where mail is enabled.
std::string check(const mail_config& c);
mail_settings settings_of(const mail_config& c);

} // namespace voltlane::workers
