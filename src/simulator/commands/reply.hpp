#pragma once

#include "shared/ocpp/call_error.hpp"
#include "simulator/charger/charge_point.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::simulator {

// What a charger answers to a command.
struct reply {
    std::string payload;                       // of a CALLRESULT
    std::string status;                        // for the summary: the payload's status, or "Answered"
    std::optional<ocpp::call_error_code> code; // set: a CALLERROR
    std::string text;                          // its description
};

// {"status":"<status>"}
reply status_reply(std::string_view status);
// A payload without a status; `payload` is JSON.
reply payload_reply(std::string payload);
reply error_reply(ocpp::call_error_code code, std::string text);

} // namespace voltlane::simulator
