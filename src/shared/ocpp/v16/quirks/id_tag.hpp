#pragma once

#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <string>
#include <string_view>

namespace voltlane::ocpp::v16 {

// idTag is a CiString[20] (1.6 section 3.9); blanks around it, over-long and empty ones are seen (field-notes
// 15, 35). Stored up to this many characters; longer ones are cut, flagged as text_too_long (as is everything
// over 20).
inline constexpr std::size_t max_stored_id_tag = 255;

struct id_tag {
    std::string_view text;  // trimmed, at most max_stored_id_tag characters: what is shown
    std::string normalised; // and in ASCII lower case: what is compared, looked up and hashed
};

id_tag read_id_tag(std::string_view raw, quirk_set& quirks);

// trim + ASCII lower case; the same rule for tags that operators register.
std::string normalise_id_tag(std::string_view raw);

} // namespace voltlane::ocpp::v16
