#include "shared/base/unicode.hpp"

#include "shared/base/ascii_folds.hpp"

#include <algorithm>
#include <array>
#include <cwctype>
#include <locale.h>

namespace voltlane {
namespace {

constexpr char32_t replacement = 0xFFFD;

// Made at first use and never given back: the tables are the process's. nullptr: the machine has none.
locale_t tables() noexcept {
    static const locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
}

// How many bytes follow the first one, and the bits that it gives; -1: no first byte of anything.
int continuation_bytes(unsigned char first, char32_t& bits) noexcept {
    bits = first;
    if (first < 0x80) return 0;
    if (first >= 0xC2 && first < 0xE0) return bits = first & 0x1FU, 1;
    if (first >= 0xE0 && first < 0xF0) return bits = first & 0x0FU, 2;
    if (first >= 0xF0 && first < 0xF5) return bits = first & 0x07U, 3;
    return -1;
}

bool is_scalar(char32_t c, int bytes) noexcept {
    static constexpr std::array<char32_t, 4> least{0, 0x80, 0x800, 0x10000};
    return c >= least[static_cast<std::size_t>(bytes)] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

void append_utf8(std::string& out, char32_t c) {
    const auto byte = [&out](char32_t bits) {
        out += static_cast<char>(static_cast<unsigned char>(bits));
    };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
        byte(0xC0U | (c >> 6U));
    } else {
        if (c < 0x10000) {
            byte(0xE0U | (c >> 12U));
        } else {
            byte(0xF0U | (c >> 18U));
            byte(0x80U | ((c >> 12U) & 0x3FU));
        }
        byte(0x80U | ((c >> 6U) & 0x3FU));
    }
    byte(0x80U | (c & 0x3FU));
}

} // namespace

std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        char32_t c = 0;
        const int more = continuation_bytes(static_cast<unsigned char>(utf8.front()), c);
        std::size_t used = 1;
        while (more > 0 && used <= static_cast<std::size_t>(more) && used < utf8.size() &&
               (static_cast<unsigned char>(utf8[used]) & 0xC0U) == 0x80U)
            c = (c << 6U) | (static_cast<unsigned char>(utf8[used++]) & 0x3FU);
        const bool whole = more >= 0 && used == static_cast<std::size_t>(more) + 1 && is_scalar(c, more);
        out += whole ? c : replacement;
        utf8.remove_prefix(whole ? used : 1);
    }
    return out;
}

std::string clean_text(std::string_view utf8, std::size_t characters) {
    constexpr std::size_t longest_character = 4;
    auto text = code_points(utf8.substr(0, characters * longest_character));
    text.resize(std::min(text.size(), characters));
    std::string out;
    for (const char32_t c : text)
        append_utf8(out, c < 0x20 || (c >= 0x7F && c < 0xA0) ? U' ' : c);
    return out;
}

char32_t lower(char32_t c) noexcept {
    if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c;
    if (tables() == nullptr) return c;
    return static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), tables()));
}

std::u32string lower(std::u32string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char32_t c) { return lower(c); });
    return text;
}

bool is_letter_or_digit(char32_t c) noexcept {
    if (c < 0x80) return (c >= U'0' && c <= U'9') || (lower(c) >= U'a' && lower(c) <= U'z');
    return tables() != nullptr && iswalnum_l(static_cast<wint_t>(c), tables()) != 0;
}

std::string fold_name(std::string_view utf8) {
    std::string out;
    for (const char32_t c : code_points(utf8))
        if (const auto text = c < 0x80 ? std::string() : ascii_fold(c); !text.empty()) {
            out += text;
        } else {
            append_utf8(out, lower(c));
        }
    return out;
}

} // namespace voltlane
