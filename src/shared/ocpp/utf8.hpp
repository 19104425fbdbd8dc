#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace voltlane::ocpp {

// Whether the bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text) noexcept;

// Code points of a valid UTF-8 text; of other bytes, those that start none are not counted.
std::size_t count_characters(std::string_view text) noexcept;

// At most `characters` code points from the front, never half a character.
std::string_view cut_characters(std::string_view text, std::size_t characters) noexcept;

// The text with every byte that is no UTF-8 replaced by U+FFFD.
std::string to_utf8(std::string_view text);

} // namespace voltlane::ocpp
