#include "shared/ocpp/call_error.hpp"

#include <array>
#include <utility>

namespace voltlane::ocpp {
namespace {

constexpr std::array<std::string_view, 10> names{
    "NotImplemented",
    "NotSupported",
    "InternalError",
    "ProtocolError",
    "SecurityError",
    "FormationViolation",
    "PropertyConstraintViolation",
    "OccurenceConstraintViolation",
    "TypeConstraintViolation",
    "GenericError",
};
static_assert(names.size() == static_cast<std::size_t>(call_error_code::generic_error) + 1);

} // namespace

std::string_view to_string(call_error_code code) noexcept {
    return names[static_cast<std::size_t>(code)];
}

call_error_code parse_call_error_code(std::string_view text) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<call_error_code>(i);
    if (text == "OccurrenceConstraintViolation") return call_error_code::occurence_constraint_violation;
    if (text == "FormatViolation") return call_error_code::formation_violation;
    return call_error_code::generic_error;
}

} // namespace voltlane::ocpp
