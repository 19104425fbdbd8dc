#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane {

// UTC, microseconds: what the log, the tables and the API carry.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// `2025-09-05T16:10:20Z`: REST. Fractions are cut (floor).
std::string format_seconds(timestamp t);
// `2025-09-05T16:10:20.123Z`: what chargers are told (field-notes 3).
std::string format_millis(timestamp t);
void append_millis(std::string& out, timestamp t);
// `2025-08-30T19:08:13.725980Z`: `updated` in REST, times in topics.
std::string format_micros(timestamp t);
void append_micros(std::string& out, timestamp t);

// RFC 3339 with an offset or Z, any number of fraction digits (cut to microseconds), 'T' or a blank between
// date and time; nullopt for anything else, also for Feb 30 and a 60th second. The tolerant reading of
// chargers' timestamps is in ocpp/v16.
std::optional<timestamp> parse_rfc3339(std::string_view text);

// Both ends of a session are cut to whole seconds before anything is computed from them.
constexpr std::chrono::sys_seconds cut_to_seconds(timestamp t) {
    return std::chrono::floor<std::chrono::seconds>(t);
}

} // namespace voltlane
