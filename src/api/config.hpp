#pragma once

#include "api/limits/rate_settings.hpp"
#include "shared/base/config.hpp"

#include <cstdint>
#include <string>

namespace voltlane::api {

// Options of voltlane-api; `bind` names them, docs/configuration.md lists them.
struct config {
    std::string api_listen = "127.0.0.1:8000";
    std::string admin_listen = "127.0.0.1:8100";
    std::string database_url;
    std::string kafka = "127.0.0.1:9092";
    std::string jwt_algorithm = "HS256";
    std::string jwt_key;                // secret for HS256
    std::string jwt_previous_keys;      // comma separated
    std::string jwt_key_file;           // PEM for RS256, ES256
    std::string jwt_previous_key_files; // comma separated
    bool open_tenants = true;
    std::string command_key; // empty: commands with secret params are refused
    std::string public_gateway_url = "ws://127.0.0.1:9000";
    std::string dashboard_origin;
    std::string trusted_proxies; // addresses and networks; empty: none
    std::string user_types_file; // empty: none
    std::string instance;        // empty: made at start
    std::string log_level = "info";
    std::string log_format = "auto";
    rate_settings rates;
    std::int64_t threads = 0; // 0: one per core
    std::int64_t database_connections = 8;
    std::int64_t search_connections = 2;
    std::int64_t password_threads = 2;
    std::int64_t access_seconds = 3600;
    std::int64_t refresh_seconds = 7 * 24 * 3600;
    std::int64_t command_seconds = 60;
    std::int64_t vouch_seconds = 300;
};

void bind(options& o, config& c);

} // namespace voltlane::api
