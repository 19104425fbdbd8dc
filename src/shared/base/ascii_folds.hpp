#pragma once

#include <string>

namespace voltlane {

// What a character beyond ASCII is another form of (full width, mathematical, circled, a ligature, the Kelvin
// sign), in lower case, where that is ASCII; else empty.
std::string ascii_fold(char32_t c);

} // namespace voltlane
