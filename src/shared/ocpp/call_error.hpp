#pragma once

#include <cstdint>
#include <string_view>

namespace voltlane::ocpp {

// Error codes of a CALLERROR (OCPP-J 1.6 section 4.2.3), with the standard's own spellings on the wire.
enum class call_error_code : std::uint8_t {
    not_implemented,                // action unknown
    not_supported,                  // action known, but not for this direction
    internal_error,                 // never sent for a passing fault: the call then stays unanswered
    protocol_error,                 // payload incomplete (we send the occurrence code instead)
    security_error,                 // registration forbids the call
    formation_violation,            // no JSON, or not shaped like a call
    property_constraint_violation,  // a member's value is not allowed
    occurence_constraint_violation, // a required member is missing (one r: the standard's spelling)
    type_constraint_violation,      // a member has another JSON type
    generic_error,
};

// `OccurenceConstraintViolation` and so on.
std::string_view to_string(call_error_code code) noexcept;

// Takes OCPP 2.0.1's spellings too (OccurrenceConstraintViolation, FormatViolation); any unknown code is
// generic_error.
call_error_code parse_call_error_code(std::string_view text) noexcept;

} // namespace voltlane::ocpp
