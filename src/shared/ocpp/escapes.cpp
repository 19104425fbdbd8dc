#include "shared/ocpp/escapes.hpp"

#include <cstdint>
#include <optional>

namespace voltlane::ocpp {
namespace {

constexpr std::string_view replacement = "\\ufffd";
constexpr std::size_t escape_length = 6; // \uXXXX

// The code unit of a \uXXXX at `at`; nullopt where there is none.
std::optional<std::uint32_t> unit_at(std::string_view text, std::size_t at) noexcept {
    if (at + escape_length > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    std::uint32_t unit = 0;
    for (std::size_t i = at + 2; i < at + escape_length; ++i) {
        const char c = text[i];
        unit <<= 4;
        if (c >= '0' && c <= '9')
            unit |= static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit |= static_cast<std::uint32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            unit |= static_cast<std::uint32_t>(c - 'A' + 10);
        else
            return std::nullopt;
    }
    return unit;
}

constexpr bool is_high(std::uint32_t unit) noexcept {
    return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool is_low(std::uint32_t unit) noexcept {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

} // namespace

bool may_hold_harmful_escapes(std::string_view json_text) noexcept {
    for (auto at = json_text.find('\\'); at != std::string_view::npos; at = json_text.find('\\', at)) {
        if (const auto unit = unit_at(json_text, at); unit && (*unit == 0 || is_high(*unit) || is_low(*unit)))
            return true;
        at += 2; // the escaped character is part of the escape, also a backslash
    }
    return false;
}

escape_findings replace_harmful_escapes(std::string_view json_text, std::string& out) {
    escape_findings found;
    out.clear();
    out.reserve(json_text.size());
    std::size_t copied = 0;
    const auto replace = [&](std::size_t at) {
        out.append(json_text, copied, at - copied);
        out += replacement;
        copied = at + escape_length;
    };
    for (auto at = json_text.find('\\'); at != std::string_view::npos; at = json_text.find('\\', at)) {
        const auto unit = unit_at(json_text, at);
        if (!unit) {
            at += 2;
            continue;
        }
        if (is_high(*unit)) {
            const auto next = unit_at(json_text, at + escape_length);
            if (next && is_low(*next)) {
                at += 2 * escape_length;
                continue;
            }
        }
        if (is_high(*unit) || is_low(*unit)) {
            found.lone_surrogate = true;
            replace(at);
        } else if (*unit == 0) {
            found.nul_character = true;
            replace(at);
        }
        at += escape_length;
    }
    out.append(json_text, copied, json_text.size() - copied);
    return found;
}

} // namespace voltlane::ocpp
