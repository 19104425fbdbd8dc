#include "shared/domain/revenue.hpp"

#include <array>
#include <charconv>

namespace voltlane::domain {
namespace {

using namespace std::chrono;

constexpr std::array<const char*, 12> month_names = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};

std::int64_t cents(money m) {
    return divide_half_up(m.units, 10);
}

} // namespace

year_month month_of(timestamp t) {
    const year_month_day date{floor<days>(t)};
    return date.year() / date.month();
}

year_month month_before(year_month m) {
    return m - months{1};
}
sys_days first_day(year_month m) {
    return sys_days{m / 1};
}
sys_days first_day_after(year_month m) {
    return sys_days{(m + months{1}) / 1};
}

std::string month_label(year_month m) {
    return std::string(month_names.at(static_cast<unsigned>(m.month()) - 1)) + ' ' +
           std::to_string(static_cast<int>(m.year()));
}

std::string month_start_text(year_month m) {
    return format_seconds(first_day(m)).substr(0, 19) + "+00:00";
}

std::string month_end_text(year_month m) {
    return format_micros(timestamp{first_day_after(m)} - microseconds{1}).substr(0, 26) + "+00:00";
}

std::string money_text(money m) {
    return format_scaled(cents(m), 2);
}
std::string money_number(money m) {
    return format_number(cents(m), 2);
}

month_delta compare_months(money this_month, money last_month) {
    const auto now = cents(this_month);
    const auto before = cents(last_month);
    const auto delta = now - before;
    month_delta d;
    d.absolute = format_scaled(delta, 2);
    // Integers until the one division: exact up to 2^53 hundredths of a cent.
    if (before != 0) d.percent = static_cast<double>(delta) * 100 / static_cast<double>(before);
    d.direction = delta > 0 ? "up" : delta < 0 ? "down" : "flat";
    return d;
}

std::string percent_number(double percent) {
    std::array<char, 340> text; // the longest double in fixed notation has 309 digits before the point
    const auto [end, ec] =
        std::to_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
    if (ec != std::errc{}) return "0.0";
    std::string out(text.data(), end);
    if (out.find('.') == std::string::npos) out += ".0";
    return out;
}

} // namespace voltlane::domain
