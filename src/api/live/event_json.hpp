#pragma once

#include "shared/events/changes.hpp"
#include "shared/events/command.hpp"

#include <string>
#include <string_view>

// The data of server-sent events: REST's names and formats.
namespace voltlane::api {

std::string event_json(const events::session_change& c, timestamp now);
std::string event_json(const events::station_change& c);
// `charge_point`: its id as REST spells it.
std::string event_json(const events::reply& r, std::string_view charge_point);

// {"code","description","details"} of a CALLERROR.
std::string call_error_json(const events::reply& r);

} // namespace voltlane::api
