#pragma once

#include "shared/base/config.hpp"

#include <cstdint>
#include <string>

namespace voltlane::gateway {

// Partitions of ocpp.commands (topics/ocpp.commands.yaml), fixed for the topic's life.
inline constexpr std::int32_t command_partitions = 64;

// Options of voltlane-gateway.
struct config {
    std::string kafka = "127.0.0.1:9092";
    std::string gateway_listen = "127.0.0.1:9000";
    std::string admin_listen = "127.0.0.1:9100";
    std::string instance = "gateway-1"; // its name; every start adds a suffix of its own
    std::int64_t ordinal = -1;          // -1: none, a hash of the name instead
    bool log_frames = false;
    std::string command_key; // secret
    std::int64_t threads = 0;
    std::string log_level = "info";
    std::string log_format = "auto";
    std::int64_t max_connections = 50'000; // of this process, shared out evenly among the threads
    std::int64_t calls_per_second = 200;   // of one charger
    std::int64_t heartbeat_seconds = 300;  // what an accepted BootNotification is told
    std::int64_t ping_seconds = 30;        // silence before the server pings; 0: never
    bool pong_required = false;            // drop a charger that stays silent after a ping
    std::int64_t linger_ms = 3;
};

// Binds every member to its flag and environment variable.
void add_options(options& o, config& c);

// The partition of ocpp.commands where this gateway listens.
std::int32_t command_partition(const config& c);

} // namespace voltlane::gateway
