#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What names and passwords need to know about characters beyond ASCII: the C library's tables for C.UTF-8,
// which every Debian has. Where they are missing, only ASCII letters have a case and only ASCII letters and
// digits are letters and digits.
namespace voltlane {

// Ill-formed bytes become U+FFFD, one each.
std::u32string code_points(std::string_view utf8);
// The text as others can store and show it: ill-formed bytes become U+FFFD, control characters a blank; at
// most `characters` of them, never half a one.
std::string clean_text(std::string_view utf8, std::size_t characters);

char32_t lower(char32_t c) noexcept;
std::u32string lower(std::u32string text);
bool is_letter_or_digit(char32_t c) noexcept;

// What fold_name of sql/0002 makes of a name (NFKC, lower case), for counting where no database was asked.
// The same for every spelling that comes out as ASCII, whatever forms its characters have. Of other names
// only the case is folded, so that some spellings of one name stay apart: letters with their marks composed
// or not (at most two for each such letter), half-width kana, compatibility forms of letters beyond ASCII.
std::string fold_name(std::string_view utf8);

} // namespace voltlane
