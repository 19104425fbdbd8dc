#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane {

// The whole of `text` as a decimal integer, no sign but '-', no blanks; nullopt otherwise or out of range.
template <class T>
std::optional<T> parse_integer(std::string_view text) {
    T value{};
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
std::string ascii_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b) noexcept; // ASCII case folded
std::string_view trim(std::string_view text) noexcept;         // ASCII blanks, tabs, CR, LF at both ends

// Lower-case hex of bytes, and back; nullopt for an odd length or a digit that is none.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);

// URL-safe base64 without padding (RFC 4648 section 5), and back; nullopt for anything but the one canonical
// spelling.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

} // namespace voltlane
