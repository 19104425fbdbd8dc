#pragma once

#include "shared/base/config.hpp"
#include "workers/mail/mail_config.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace voltlane::workers {

struct config {
    std::string kafka = "127.0.0.1:9092";
    std::string database_url;
    std::string pools = "all";
    std::string admin_listen = "127.0.0.1:9102";
    std::string instance;
    std::string log_level = "info";
    std::string log_format = "auto";
    std::int64_t database_connections = 4;
    std::int64_t batch_records = 1000;
    std::int64_t batch_linger_ms = 200;
    std::int64_t relay_poll_ms = 100;
    std::int64_t meter_retention_days = 400;
    std::string thingsboard_url;
    std::string thingsboard_username;
    std::string thingsboard_password;
    mail_config mail;
    std::int64_t stop_seconds = 10;
};

// Binds every member to its flag and environment name.
void bind(options& o, config& c);

// "sessions,relay" or "all" -> names; an unknown name is what is wrong (in `wrong`).
std::set<std::string> parse_pools(std::string_view text, std::string& wrong);

} // namespace voltlane::workers
