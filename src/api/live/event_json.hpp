#pragma once

#include "shared/events/changes.hpp"
#include "shared/events/command.hpp"

#include <string>

// The data of server-sent events: REST's names and formats.
namespace voltlane::api {

std::string event_json(const events::session_change& c, timestamp now);
std::string event_json(const events::station_change& c);
std::string event_json(const events::reply& r);

// {"code","description","details"} of a CALLERROR.
std::string call_error_json(const events::reply& r);

} // namespace voltlane::api
