#include "shared/ocpp/v16/value_fault.hpp"

#include "shared/base/text.hpp"
#include "shared/base/time.hpp"
#include "shared/ocpp/utf8.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace voltlane::ocpp::v16 {
namespace {

std::string_view view(const boost::json::string& s) noexcept {
    return {s.data(), s.size()};
}

bool is_too_long(std::string_view text, std::size_t most) noexcept {
    return most != 0 && text.size() > most && count_characters(text) > most; // bytes bound characters
}

value_fault integer_fault(const member& m, const boost::json::value& v) noexcept {
    const auto value = as_integer(v);
    if (value) return *value < m.minimum ? value_fault::below_minimum : value_fault::none;
    if (v.is_uint64()) return value_fault::integer_range;
    if (!v.is_double()) return value_fault::type;
    const double d = v.get_double();
    return std::isfinite(d) && std::trunc(d) != d ? value_fault::type : value_fault::integer_range;
}

// The shortest decimal text that means this double: 21.4 has one digit behind the point, whatever its binary
// form.
value_fault decimal_fault(const boost::json::value& v) noexcept {
    if (!v.is_number()) return value_fault::type;
    if (!v.is_double()) return value_fault::none;
    if (!std::isfinite(v.get_double())) return value_fault::fraction_digits;
    std::array<char, 512> digits; // the smallest double has 340 characters
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), v.get_double(), std::chars_format::fixed)
            .ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    const auto point = text.find('.');
    return point == std::string_view::npos || text.size() - point - 1 <= 1 ? value_fault::none
                                                                           : value_fault::fraction_digits;
}

value_fault list_fault(const member& m, const boost::json::value& v) noexcept {
    const auto* list = v.if_array();
    if (list == nullptr) return value_fault::type;
    if (list->size() < m.min_items) return value_fault::too_few_items;
    if (m.type == value_type::object_list) return value_fault::none;
    for (const auto& item : *list) {
        if (!item.is_string()) return value_fault::type;
        if (is_too_long(view(item.get_string()), m.max_length)) return value_fault::too_long;
    }
    return value_fault::none;
}

value_fault text_fault(const member& m, std::string_view text, bool look_at_time) noexcept {
    if (is_too_long(text, m.max_length)) return value_fault::too_long;
    if (m.type == value_type::choice &&
        std::find(m.choices.begin(), m.choices.end(), text) == m.choices.end())
        return value_fault::choice;
    if (m.type == value_type::date_time && look_at_time && !parse_rfc3339(text)) return value_fault::time;
    if (m.type == value_type::uri && !is_transfer_url(text)) return value_fault::uri;
    return value_fault::none;
}

} // namespace

bool is_transfer_url(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 4> schemes{"ftp", "ftps", "http", "https"};
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return false;
    const auto scheme = text.substr(0, colon);
    if (std::none_of(schemes.begin(), schemes.end(), [&](std::string_view s) { return iequals(s, scheme); }))
        return false;
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }))
        return false;
    auto authority = text.substr(colon + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    const auto host = authority.substr(authority.rfind('@') + 1); // npos + 1 is 0
    return !host.empty() && host.front() != ':';
}

value_fault fault_of(const member& m, const boost::json::value& v, bool look_at_time) noexcept {
    switch (m.type) {
    case value_type::text:
    case value_type::choice:
    case value_type::date_time:
    case value_type::uri:
        return v.is_string() ? text_fault(m, view(v.get_string()), look_at_time) : value_fault::type;
    case value_type::integer: return integer_fault(m, v);
    case value_type::decimal: return decimal_fault(v);
    case value_type::boolean: return v.is_bool() ? value_fault::none : value_fault::type;
    case value_type::object: return v.is_object() ? value_fault::none : value_fault::type;
    case value_type::object_list:
    case value_type::text_list: return list_fault(m, v);
    case value_type::anything: return value_fault::none;
    }
    return value_fault::none;
}

} // namespace voltlane::ocpp::v16
