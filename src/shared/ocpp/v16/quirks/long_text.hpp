#pragma once

#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::ocpp::v16 {

// Characters of any stored text member of a charger (field-notes 15: stored, not refused). Longer ones are
// cut.
inline constexpr std::size_t max_stored_text = 500;

// A text member: empty where absent, null or no string; flagged as text_too_long over `standard_length`
// characters, cut over max_stored_text.
std::string_view read_text(const boost::json::object& o, std::string_view name, std::size_t standard_length,
                           quirk_set& quirks) noexcept;

} // namespace voltlane::ocpp::v16
