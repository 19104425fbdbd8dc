#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/time.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace voltlane::domain {

using std::chrono::year_month;

year_month month_of(timestamp t); // UTC
year_month month_before(year_month m);
std::chrono::sys_days first_day(year_month m);
std::chrono::sys_days first_day_after(year_month m); // exclusive bound of a month
std::string month_label(year_month m);               // "August 2025"
std::string month_start_text(year_month m);          // "2025-09-01T00:00:00+00:00"
std::string month_end_text(year_month m);            // "2025-09-30T23:59:59.999999+00:00"

// Two decimals, half-up: "1387224.87" and 22547.45 (a JSON number: "22547.45", "0.0").
std::string money_text(money m);
std::string money_number(money m);

// Month over month. `absolute` is the difference of the totals as shown (two decimals), signed; `percent` of
// last month, absent when that is zero.
struct month_delta {
    std::string absolute;
    std::optional<double> percent;
    std::string direction; // up, down, flat
};
month_delta compare_months(money this_month, money last_month);
// The shortest decimal text that reads back as the same double, with a decimal point: "8372.336959907363",
// "15.0".
std::string percent_number(double percent);

} // namespace voltlane::domain
