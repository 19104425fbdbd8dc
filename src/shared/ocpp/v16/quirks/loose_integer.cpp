#include "shared/ocpp/v16/quirks/loose_integer.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace voltlane::ocpp::v16 {
namespace {

constexpr double largest_exact = 9007199254740992.0; // 2^53: beyond it a double skips integers

} // namespace

std::optional<std::int64_t> as_integer(const boost::json::value& v) noexcept {
    if (v.is_int64()) return v.get_int64();
    if (!v.is_double()) return std::nullopt; // also 2^63 and more, which the parser gives as uint64
    const double d = v.get_double();
    if (!(std::fabs(d) <= largest_exact) || std::trunc(d) != d) return std::nullopt;
    return static_cast<std::int64_t>(d);
}

std::optional<std::int64_t> read_loose_integer(const boost::json::value& v, quirk_set& quirks) noexcept {
    if (!v.is_string()) return as_integer(v);
    const auto& s = v.get_string();
    const auto value = parse_integer<std::int64_t>(trim(std::string_view(s.data(), s.size())));
    if (value) quirks.add(quirk::integer_text);
    return value;
}

std::int32_t clamp_to_int32(std::int64_t value, quirk_set& quirks) noexcept {
    constexpr std::int64_t low = std::numeric_limits<std::int32_t>::min();
    constexpr std::int64_t high = std::numeric_limits<std::int32_t>::max();
    if (value < low || value > high) quirks.add(quirk::integer_out_of_range);
    return static_cast<std::int32_t>(std::clamp(value, low, high));
}

std::string number_text(const boost::json::value* v) {
    if (v == nullptr) return {};
    char digits[32];
    const auto text = [&](auto number) {
        return std::string(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    };
    if (v->is_string()) return std::string(trim(std::string_view(v->get_string())));
    if (v->is_int64()) return text(v->get_int64());
    if (v->is_uint64()) return text(v->get_uint64());
    if (v->is_double() && std::isfinite(v->get_double())) return text(v->get_double());
    return {};
}

} // namespace voltlane::ocpp::v16
