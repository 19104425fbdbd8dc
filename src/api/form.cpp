#include "api/form.hpp"

#include "shared/base/decimal.hpp"
#include "shared/base/text.hpp"
#include "shared/base/unicode.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

constexpr std::string_view required_message = "This field is required.";
constexpr std::string_view null_message = "This field may not be null.";
constexpr std::string_view number_message = "A valid number is required.";

// Words of letters, digits and `others` with a dot between two of them.
bool is_dotted(std::u32string_view text, std::u32string_view others) {
    bool word = false;
    for (const char32_t c : text) {
        if (c == U'.' && !word) return false;
        word = c != U'.';
        if (word && !is_letter_or_digit(c) && others.find(c) == std::u32string_view::npos) return false;
    }
    return word;
}

} // namespace

std::optional<std::chrono::year_month_day> parse_day(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto y = parse_integer<int>(text.substr(0, 4));
    const auto m = parse_integer<unsigned>(text.substr(5, 2));
    const auto d = parse_integer<unsigned>(text.substr(8, 2));
    if (!y || !m || !d) return std::nullopt;
    const std::chrono::year_month_day day{std::chrono::year(*y), std::chrono::month(*m),
                                          std::chrono::day(*d)};
    return day.ok() && *y > 0 ? std::optional(day) : std::nullopt;
}

std::size_t character_count(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos) return false;
    const auto local = code_points(text.substr(0, at)), domain = code_points(text.substr(at + 1));
    return is_dotted(local, U"!#$%&'*+-/=?^_`{|}~") && is_dotted(domain, U"-") &&
           domain.find(U'.') != std::u32string::npos;
}

void form::fail(std::string_view field, std::string_view message) {
    errors_[std::string(field)].emplace_back(message);
}

const boost::json::value* form::value(std::string_view field, bool required, bool may_be_null,
                                      bool& is_null) {
    is_null = false;
    const auto* v = input_.find(field);
    if (v == nullptr) {
        if (required) fail(field, required_message);
        return nullptr;
    }
    if (v->is_null()) {
        is_null = may_be_null;
        if (!may_be_null) fail(field, null_message);
        return nullptr;
    }
    return v;
}

form::sent<std::string> form::optional_text(std::string_view field, text_rule rule) {
    bool is_null = false;
    const auto* v = value(field, rule.required, rule.may_be_null, is_null);
    if (v == nullptr) return {is_null, std::nullopt};
    std::string text;
    if (v->is_string()) {
        const auto& s = v->get_string();
        text.assign(s.data(), s.size());
    } else if (v->is_number()) {
        text = input_.number_text(field);
    } else {
        fail(field, "Not a valid string.");
        return {};
    }
    if (rule.trimmed) text = std::string(trim(text));
    if (text.find('\0') != std::string::npos) {
        fail(field, "Null characters are not allowed.");
        return {};
    }
    if (text.empty() && !rule.may_be_blank) {
        fail(field, "This field may not be blank.");
        return {};
    }
    if (character_count(text) > rule.most) {
        fail(field, "Ensure this field has no more than " + std::to_string(rule.most) + " characters.");
        return {};
    }
    return {true, std::move(text)};
}

std::string form::text(std::string_view field, text_rule rule) {
    return optional_text(field, rule).value.value_or(std::string());
}

form::sent<bool> form::flag(std::string_view field) {
    bool is_null = false;
    const auto* v = value(field, false, false, is_null);
    if (v == nullptr) return {};
    if (v->is_bool()) return {true, v->get_bool()};
    fail(field, "Must be a valid boolean.");
    return {};
}

form::sent<std::int64_t> form::integer(std::string_view field, std::int64_t least, std::int64_t most) {
    bool is_null = false;
    const auto* v = value(field, false, true, is_null);
    if (v == nullptr) return {is_null, std::nullopt};
    std::optional<std::int64_t> number;
    if (v->is_int64()) {
        number = v->get_int64();
    } else if (v->is_string()) {
        const auto& s = v->get_string();
        number = parse_integer<std::int64_t>(trim({s.data(), s.size()}));
    }
    if (!number) {
        fail(field, "A valid integer is required.");
        return {};
    }
    if (*number < least)
        fail(field, "Ensure this value is greater than or equal to " + std::to_string(least) + ".");
    if (*number > most)
        fail(field, "Ensure this value is less than or equal to " + std::to_string(most) + ".");
    return {*number >= least && *number <= most, number};
}

std::string form::choice(std::string_view field, std::initializer_list<std::string_view> choices,
                         bool required) {
    bool is_null = false;
    const auto* v = value(field, required, false, is_null);
    if (v == nullptr) return {};
    const std::string text =
        v->is_string() ? std::string(v->get_string().data(), v->get_string().size()) : std::string();
    if (v->is_string() && std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    const auto shown = character_count(text) <= 50 ? text : std::string("...");
    fail(field, "\"" + shown + "\" is not a valid choice.");
    return {};
}

form::sent<std::int64_t> form::decimal(std::string_view field, int scale, std::int64_t least,
                                       std::int64_t most) {
    bool is_null = false;
    const auto* v = value(field, false, true, is_null);
    if (v == nullptr) return {is_null, std::nullopt};
    std::string text;
    if (v->is_number()) {
        text = input_.number_text(field);
    } else if (v->is_string()) {
        text = std::string(trim({v->get_string().data(), v->get_string().size()}));
    }
    const auto rounded = parse_scaled(text, scale);
    if (!rounded) {
        fail(field, number_message);
        return {};
    }
    const auto exact = parse_scaled_exact(text, scale);
    if (!exact) {
        fail(field, "Ensure that there are no more than " + std::to_string(scale) + " decimal places.");
        return {};
    }
    if (*exact < least) {
        fail(field, "Ensure this value is greater than or equal to " + format_number(least, scale) + ".");
        return {};
    }
    if (*exact > most) {
        fail(field, "Ensure this value is less than or equal to " + format_number(most, scale) + ".");
        return {};
    }
    return {true, exact};
}

form::sent<std::chrono::year_month_day> form::date(std::string_view field) {
    bool is_null = false;
    const auto* v = value(field, false, true, is_null);
    if (v == nullptr) return {is_null, std::nullopt};
    if (v->is_string()) {
        const auto& s = v->get_string();
        const std::string_view text = trim({s.data(), s.size()});
        if (text.empty()) return {true, std::nullopt};
        if (const auto day = parse_day(text)) return {true, day};
    }
    fail(field, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
    return {};
}

form::sent<timestamp> form::time(std::string_view field) {
    bool is_null = false;
    const auto* v = value(field, false, true, is_null);
    if (v == nullptr) return {is_null, std::nullopt};
    if (v->is_string()) {
        const auto& s = v->get_string();
        if (const auto t = parse_rfc3339(trim({s.data(), s.size()}))) return {true, *t};
    }
    fail(field, "Datetime has wrong format. Use one of these formats instead: "
                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
    return {};
}

} // namespace voltlane::api
