#pragma once

#include <span>
#include <string_view>

namespace voltlane::ocpp {

enum class subprotocol_choice {
    ocpp16,       // offered: echo `ocpp1.6`
    none_offered, // no header, or only blanks and commas: taken as 1.6, echo nothing, unless the tenant
                  // forbids it
    refused,      // only others offered: answer 400, do not upgrade
};

inline constexpr std::string_view ocpp16_subprotocol = "ocpp1.6";

// `header_values` are the values of all Sec-WebSocket-Protocol lines in order. Names are compared exactly
// (RFC 6455 section 4.1: `OCPP1.6` is another one); blanks and empty elements are skipped.
subprotocol_choice choose_subprotocol(std::span<const std::string_view> header_values) noexcept;

} // namespace voltlane::ocpp
