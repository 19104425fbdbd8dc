#include "shared/base/decimal.hpp"

#include "shared/base/text.hpp"

#include <limits>

namespace voltlane {
namespace {

constexpr int max_digits = 40; // longer text is no measurement but an attack

struct parsed {
    std::int64_t units;
    bool exact;
};

std::optional<parsed> parse(std::string_view text, int scale) {
    std::size_t at = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (negative || (!text.empty() && text[0] == '+')) ++at;

    std::string digits;
    int fraction = 0;
    bool point = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !point && !digits.empty()) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            if (digits.size() >= max_digits) return std::nullopt;
            digits.push_back(c);
            fraction += point ? 1 : 0;
        } else {
            break;
        }
    }
    if (digits.empty() || (point && fraction == 0)) return std::nullopt;
    int exponent = 0;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        auto rest = text.substr(at + 1);
        if (!rest.empty() && rest[0] == '+') rest.remove_prefix(1);
        const auto e = parse_integer<int>(rest);
        if (!e || *e > max_digits || *e < -max_digits) return std::nullopt;
        exponent = *e;
    } else if (at != text.size()) {
        return std::nullopt;
    }

    // value = digits * 10^(exponent - fraction); wanted in units of 10^-scale.
    const int shift = exponent - fraction + scale;
    __int128 units = 0;
    bool exact = true;
    const auto kept = static_cast<int>(digits.size()) + (shift < 0 ? shift : 0);
    for (int i = 0; i < static_cast<int>(digits.size()); ++i) {
        if (i < kept) {
            units = units * 10 + (digits[static_cast<std::size_t>(i)] - '0');
            if (units > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
        } else if (digits[static_cast<std::size_t>(i)] != '0') {
            exact = false;
        }
    }
    if (kept >= 0 && kept < static_cast<int>(digits.size()) && digits[static_cast<std::size_t>(kept)] >= '5')
        ++units;
    for (int i = 0; i < shift && units != 0; ++i) {
        units *= 10;
        if (units > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    }
    if (units > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    const auto value = static_cast<std::int64_t>(units);
    return parsed{negative ? -value : value, exact};
}

} // namespace

std::optional<std::int64_t> parse_scaled(std::string_view text, int scale) {
    const auto p = parse(text, scale);
    return p ? std::optional(p->units) : std::nullopt;
}

std::optional<std::int64_t> parse_scaled_exact(std::string_view text, int scale) {
    const auto p = parse(text, scale);
    return p && p->exact ? std::optional(p->units) : std::nullopt;
}

std::string format_scaled(std::int64_t units, int scale) {
    const bool negative = units < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    std::string digits = std::to_string(magnitude);
    if (scale > 0) {
        const auto width = static_cast<std::size_t>(scale);
        if (digits.size() <= width) digits.insert(0, width + 1 - digits.size(), '0');
        digits.insert(digits.size() - width, 1, '.');
    }
    return negative ? '-' + digits : digits;
}

std::string format_number(std::int64_t units, int scale) {
    std::string text = format_scaled(units, scale);
    if (scale == 0) return text + ".0";
    while (text.back() == '0' && text[text.size() - 2] != '.')
        text.pop_back();
    return text;
}

std::int64_t divide_half_up(__int128 dividend, std::int64_t divisor) {
    const bool negative = dividend < 0;
    const __int128 magnitude = negative ? -dividend : dividend;
    // An odd divisor's half lies between two integers, so floor(divisor / 2) rounds it right as well.
    const auto quotient = static_cast<std::int64_t>((magnitude + divisor / 2) / divisor);
    return negative ? -quotient : quotient;
}

} // namespace voltlane
