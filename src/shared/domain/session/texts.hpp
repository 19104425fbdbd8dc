#pragma once

#include "shared/events/inbound.hpp"

#include <string>
#include <string_view>

namespace voltlane::domain {

// Longest text of a charger that is kept with a session, in bytes; the rest is cut at a character. The
// verbatim payload stands in the log.
inline constexpr std::size_t longest_text = 255;
// Raw timestamps and meter readings, as people will look at them.
inline constexpr std::size_t longest_raw = 64;

// Valid UTF-8 in, storable text out: NUL, which PostgreSQL's text cannot hold, becomes U+FFFD; cut to
// `longest` bytes.
std::string clean_text(std::string_view text, std::size_t longest = longest_text);

// What makes two stops of one session the same: time, meter, tag and reason as sent. Never empty.
std::string stop_signature(const events::ended& stop);

} // namespace voltlane::domain
