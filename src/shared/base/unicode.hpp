#pragma once

#include <string>
#include <string_view>

// What names and passwords need to know about characters beyond ASCII: the C library's tables for C.UTF-8,
// which every Debian has. Where they are missing, only ASCII letters have a case and only ASCII letters and
// digits are letters and digits.
namespace voltlane {

// Ill-formed bytes become U+FFFD, one each.
std::u32string code_points(std::string_view utf8);

char32_t lower(char32_t c) noexcept;
std::u32string lower(std::u32string text);
bool is_letter_or_digit(char32_t c) noexcept;

} // namespace voltlane
