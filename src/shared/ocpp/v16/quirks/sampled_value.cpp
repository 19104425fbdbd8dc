#include "shared/ocpp/v16/quirks/sampled_value.hpp"

#include "shared/base/text.hpp"
#include "shared/ocpp/utf8.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"

namespace voltlane::ocpp::v16 {
namespace {

constexpr std::string_view energy_register = "Energy.Active.Import.Register";
constexpr std::string_view outlet = "Outlet"; // where the car is: what else is measured is not what it took
constexpr std::size_t longest_name = 50;      // of 1.6's own names the longest has 31
constexpr int most_digits = 40;               // as parse_scaled: longer text is no measurement

std::string_view or_default(std::string_view text, std::string_view fallback) noexcept {
    return text.empty() ? fallback : text;
}

// -?digits[.digits][e[+-]digits], at most 40 digits and an exponent of two: what PostgreSQL's numeric takes.
bool is_decimal_text(std::string_view text) noexcept {
    std::size_t at = 0;
    int digits = 0;
    const auto take_digits = [&](int most) {
        int taken = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
            ++taken;
        digits += taken;
        return taken > 0 && taken <= most;
    };
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (!take_digits(most_digits)) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!take_digits(most_digits)) return false;
    }
    if (digits > most_digits) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (!take_digits(2)) return false;
    }
    return at == text.size();
}

} // namespace

std::string_view sampled_value::value() const noexcept {
    return number.empty() ? trim(raw_text) : std::string_view(number);
}

sampled_value read_sampled_value(const boost::json::object& o) {
    sampled_value s;
    // One pass over the members: a call may hold thousands of samples.
    const auto text_of = [&](const boost::json::value& v) -> std::string_view {
        if (v.is_null()) return {};
        if (!v.is_string()) {
            s.quirks.add(quirk::member_invalid);
            return {};
        }
        const auto& string = v.get_string();
        std::string_view text(string.data(), string.size());
        if (text.size() > longest_name) {
            s.quirks.add(quirk::text_too_long);
            text = cut_characters(text, longest_name);
        }
        return text;
    };
    bool has_value = false;
    for (const auto& [key, v] : o) {
        if (key == "value") {
            has_value = !v.is_null();
            if (v.is_string()) {
                s.raw_text = std::string_view(v.get_string().data(), v.get_string().size());
            } else if (v.is_number()) {
                s.number = number_text(&v);
                s.quirks.add(quirk::value_number);
            }
        } else if (key == "unit") {
            s.unit = text_of(v);
        } else if (key == "measurand") {
            s.measurand = text_of(v);
        } else if (key == "context") {
            s.context = text_of(v);
        } else if (key == "phase") {
            s.phase = text_of(v);
        } else if (key == "location") {
            s.location = text_of(v);
        } else if (key == "format") {
            s.format = text_of(v);
        }
    }
    s.context = or_default(s.context, "Sample.Periodic");
    s.format = or_default(s.format, "Raw");
    s.measurand = or_default(s.measurand, energy_register);
    s.location = or_default(s.location, outlet);
    if (s.unit.empty() && s.measurand.starts_with("Energy.")) s.unit = "Wh";
    if (!has_value) s.quirks.add(quirk::member_missing);
    if (s.format == "SignedData") {
        s.quirks.add(quirk::value_signed);
        return s;
    }
    const auto value = s.value();
    if (s.number.empty() && value.size() != s.raw_text.size()) s.quirks.add(quirk::value_blanks);
    s.is_decimal = is_decimal_text(value);
    if (!s.is_decimal) {
        s.quirks.add(quirk::value_unreadable);
    } else if (s.measurand == energy_register && s.location == outlet) {
        s.register_energy = read_energy(value, s.unit, s.quirks);
        if (!s.register_energy) s.quirks.add(quirk::value_unreadable);
    }
    return s;
}

} // namespace voltlane::ocpp::v16
