#include "shared/ocpp/v16/quirks/charger_time.hpp"

#include "shared/base/text.hpp"

namespace voltlane::ocpp::v16 {
namespace {

using namespace std::chrono;

constexpr year first_plausible_year{2020};

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// Reads from the front of a text; every function leaves it untouched where it does not match.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    bool at_end() const noexcept { return rest_.empty(); }
    char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    bool take(char c) noexcept {
        if (peek() != c || rest_.empty()) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Exactly `width` digits.
    std::optional<int> digits(std::size_t width) noexcept {
        if (rest_.size() < width) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (!is_digit(rest_[i])) return std::nullopt;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }
    // One digit or more of a fraction, cut to microseconds.
    std::optional<long> micros() noexcept {
        if (!is_digit(peek())) return std::nullopt;
        long value = 0;
        for (long unit = 100'000; is_digit(peek()); unit /= 10) {
            value += (rest_.front() - '0') * unit;
            rest_.remove_prefix(1);
        }
        return value;
    }

private:
    std::string_view rest_;
};

// The offset behind the time of day; nullopt where it is malformed.
std::optional<minutes> read_zone(scanner& in, charger_time& time, quirk_set& quirks, minutes default_offset) {
    if (in.at_end()) {
        time.zone_missing = true;
        quirks.add(quirk::time_without_zone);
        return default_offset;
    }
    if (in.take('Z')) return minutes{0};
    if (in.take('z')) {
        quirks.add(quirk::time_loose_format);
        return minutes{0};
    }
    const bool west = in.peek() == '-';
    if (!in.take('+') && !in.take('-')) return std::nullopt;
    const auto h = in.digits(2);
    if (!h || *h > 23) return std::nullopt;
    int m = 0;
    if (in.at_end()) {
        quirks.add(quirk::time_short_offset);
    } else {
        if (!in.take(':')) quirks.add(quirk::time_short_offset);
        const auto two = in.digits(2);
        if (!two || *two > 59) return std::nullopt;
        m = *two;
    }
    const auto offset = minutes{*h * 60 + m};
    return west ? -offset : offset;
}

std::optional<timestamp> scan(std::string_view text, charger_time& time, quirk_set& quirks,
                              minutes default_offset) {
    scanner in(text);
    const auto y = in.digits(4);
    if (!y || !in.take('-')) return std::nullopt;
    const auto mo = in.digits(2);
    if (!mo || !in.take('-')) return std::nullopt;
    const auto d = in.digits(2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    if (!in.take('T')) {
        if (!in.take(' ') && !in.take('t')) return std::nullopt;
        quirks.add(quirk::time_loose_format);
    }
    const auto h = in.digits(2);
    if (!h || *h > 23 || !in.take(':')) return std::nullopt;
    const auto mi = in.digits(2);
    if (!mi || *mi > 59) return std::nullopt;
    int s = 0;
    long fraction = 0;
    if (in.take(':')) {
        const auto two = in.digits(2);
        if (!two || *two > 60) return std::nullopt;
        s = *two;
        const bool comma = in.peek() == ',';
        if (in.take('.') || in.take(',')) {
            if (comma) quirks.add(quirk::time_loose_format);
            const auto micros = in.micros();
            if (!micros) return std::nullopt;
            fraction = *micros;
        }
        if (s == 60) quirks.add(quirk::time_leap_second);
    } else {
        quirks.add(quirk::time_loose_format);
    }
    const auto offset = read_zone(in, time, quirks, default_offset);
    if (!offset || !in.at_end()) return std::nullopt;
    if (date.year() < first_plausible_year) quirks.add(quirk::time_unset_clock);
    return timestamp{sys_days{date}} + hours{*h} + minutes{*mi} + seconds{s} + microseconds{fraction} -
           *offset;
}

} // namespace

charger_time read_charger_time(std::string_view text, quirk_set& quirks, minutes default_offset) {
    charger_time time;
    time.text = text;
    quirk_set found;
    time.value = scan(trim(text), time, found, default_offset);
    if (time.value) {
        quirks.add(found);
    } else {
        time.zone_missing = false;
        quirks.add(quirk::time_unreadable);
    }
    return time;
}

charger_time read_charger_time(const boost::json::object& o, std::string_view name, bool required,
                               quirk_set& quirks, minutes default_offset) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || v->is_null()) {
        if (required) quirks.add(quirk::time_missing);
        return {};
    }
    if (!v->is_string()) {
        quirks.add(quirk::time_unreadable);
        return {};
    }
    return read_charger_time(std::string_view(v->get_string()), quirks, default_offset);
}

} // namespace voltlane::ocpp::v16
