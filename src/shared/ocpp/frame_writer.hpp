#pragma once

#include "shared/ocpp/call_error.hpp"

#include <string>
#include <string_view>

// Frames to send, appended to a caller's buffer (OCPP-J 1.6 section 4.2). `id_literal` is the id as JSON text
// with its quotes, as frame::id_literal gives it, so that a charger gets back the bytes it sent. None of
// these can fail.
namespace voltlane::ocpp {

// CALLERROR descriptions are cut to this (OCPP-J 4.2.3), counted in characters.
inline constexpr std::size_t max_description_characters = 255;

// [2,"<message_id>","<action>",<payload_text>]; `message_id` is plain text and gets quoted.
void append_call(std::string& out, std::string_view message_id, std::string_view action,
                 std::string_view payload_text);

// [3,<id_literal>,<payload_text>]
void append_call_result(std::string& out, std::string_view id_literal, std::string_view payload_text);

// [4,<id_literal>,"<code>","<description>",{}]; bytes of the description that are no UTF-8 are replaced.
void append_call_error(std::string& out, std::string_view id_literal, call_error_code code,
                       std::string_view description);

} // namespace voltlane::ocpp
