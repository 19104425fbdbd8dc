#pragma once

#include <string>
#include <string_view>

namespace voltlane::ocpp {

struct escape_findings {
    bool lone_surrogate = false;
    bool nul_character = false;
};

// Copies JSON text to `out` (replacing its content) with every \u0000 and every \uD800-\uDFFF that has no
// other half turned into \ufffd. Other text, broken or not, is copied as it is. One pass, no failure.
escape_findings replace_harmful_escapes(std::string_view json_text, std::string& out);

// A cheap look: false means that replace_harmful_escapes would change nothing.
bool may_hold_harmful_escapes(std::string_view json_text) noexcept;

} // namespace voltlane::ocpp
