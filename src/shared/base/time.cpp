#include "shared/base/time.hpp"

#include "shared/base/text.hpp"

namespace voltlane {
namespace {

using namespace std::chrono;

void append_digits(std::string& out, long value, int width) {
    char digits[8];
    for (int i = width - 1; i >= 0; --i, value /= 10)
        digits[i] = static_cast<char>('0' + value % 10);
    out.append(digits, static_cast<std::size_t>(width));
}

void append_time(std::string& out, timestamp t, int fraction_digits) {
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const auto since = t - day;
    const auto secs = duration_cast<seconds>(since).count();
    append_digits(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_digits(out, secs / 3600, 2);
    out += ':';
    append_digits(out, secs / 60 % 60, 2);
    out += ':';
    append_digits(out, secs % 60, 2);
    if (fraction_digits > 0) {
        const auto micros = since.count() % 1'000'000;
        out += '.';
        append_digits(out, fraction_digits == 3 ? micros / 1000 : micros, fraction_digits);
    }
    out += 'Z';
}

std::string format(timestamp t, int fraction_digits) {
    std::string out;
    out.reserve(27);
    append_time(out, t, fraction_digits);
    return out;
}

// Two (or `width`) digits at `at`, nothing else.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return std::nullopt;
    for (std::size_t i = at; i < at + width; ++i)
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    return parse_integer<int>(text.substr(at, width));
}

} // namespace

std::string format_seconds(timestamp t) {
    return format(t, 0);
}
std::string format_millis(timestamp t) {
    return format(t, 3);
}
std::string format_micros(timestamp t) {
    return format(t, 6);
}
void append_millis(std::string& out, timestamp t) {
    append_time(out, t, 3);
}
void append_micros(std::string& out, timestamp t) {
    append_time(out, t, 6);
}

std::optional<timestamp> parse_rfc3339(std::string_view text) {
    const auto y = digits(text, 0, 4);
    const auto mo = digits(text, 5, 2);
    const auto d = digits(text, 8, 2);
    const auto h = digits(text, 11, 2);
    const auto mi = digits(text, 14, 2);
    const auto s = digits(text, 17, 2);
    if (!y || !mo || !d || !h || !mi || !s) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return std::nullopt;
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok() || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;

    std::size_t at = 19;
    long micros = 0;
    if (at < text.size() && text[at] == '.') {
        const auto first = ++at;
        for (long unit = 100'000; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            micros += (text[at] - '0') * unit;
        if (at == first) return std::nullopt;
    }
    if (at >= text.size()) return std::nullopt;
    minutes offset{0};
    if (text[at] == 'Z' || text[at] == 'z') {
        ++at;
    } else if (text[at] == '+' || text[at] == '-') {
        const auto oh = digits(text, at + 1, 2);
        const auto om = digits(text, at + 4, 2);
        if (!oh || !om || text[at + 3] != ':' || *oh > 23 || *om > 59) return std::nullopt;
        offset = minutes{*oh * 60 + *om} * (text[at] == '-' ? -1 : 1);
        at += 6;
    } else {
        return std::nullopt;
    }
    if (at != text.size()) return std::nullopt;
    return timestamp{sys_days{date}} + hours{*h} + minutes{*mi} + seconds{*s} + microseconds{micros} - offset;
}

} // namespace voltlane
