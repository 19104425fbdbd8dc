#pragma once

#include <string_view>

// Names of the topics that topics/*.yaml declares.
namespace voltlane::events::topic {

inline constexpr std::string_view inbound = "ocpp.inbound";
inline constexpr std::string_view commands = "ocpp.commands";
inline constexpr std::string_view replies = "ocpp.replies";
inline constexpr std::string_view dead_letter = "ocpp.dead-letter";
inline constexpr std::string_view presence = "csms.presence";
inline constexpr std::string_view directory = "csms.directory";
inline constexpr std::string_view sessions = "csms.sessions";
inline constexpr std::string_view stations = "csms.stations";
inline constexpr std::string_view notifications = "csms.notifications";

// Record headers.
inline constexpr std::string_view header_event_id = "event-id";
inline constexpr std::string_view header_version = "schema-version";
inline constexpr std::string_view header_trace = "trace-id";

} // namespace voltlane::events::topic
