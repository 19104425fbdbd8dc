#include "shared/domain/revenue.hpp"
#include "shared/domain/status_totals.hpp"

#include <gtest/gtest.h>

namespace voltlane::domain {
namespace {

using namespace std::chrono_literals;
using std::chrono::year;

TEST(revenue, months_are_utc) {
    const auto t = *parse_rfc3339("2025-09-30T23:59:59.999999Z");
    const auto m = month_of(t);
    EXPECT_EQ(m, year{2025} / 9);
    EXPECT_EQ(month_of(t + 1us), year{2025} / 10);
    EXPECT_EQ(month_before(year{2026} / 1), year{2025} / 12);
    EXPECT_EQ(first_day_after(year{2025} / 12), std::chrono::sys_days{year{2026} / 1 / 1});
    EXPECT_EQ(month_label(year{2025} / 8), "August 2025");
    EXPECT_EQ(month_start_text(m), "2025-09-01T00:00:00+00:00");
    EXPECT_EQ(month_end_text(m), "2025-09-30T23:59:59.999999+00:00");
    EXPECT_EQ(month_end_text(year{2024} / 2), "2024-02-29T23:59:59.999999+00:00");
}

TEST(revenue, two_decimals) {
    EXPECT_EQ(money_text(money{1'387'224'870}), "1387224.87");
    EXPECT_EQ(money_text(money{5}), "0.01");
    EXPECT_EQ(money_text(money{4}), "0.00");
    EXPECT_EQ(money_text(money{-12'500}), "-12.50");
    EXPECT_EQ(money_number(money{22'547'450}), "22547.45");
    EXPECT_EQ(money_number(money{0}), "0.0");
    EXPECT_EQ(money_number(money{15'000}), "15.0");
}

TEST(revenue, month_over_month) {
    const auto up = compare_months(money{1'387'224'870}, money{16'373'580});
    EXPECT_EQ(up.absolute, "1370851.29");
    EXPECT_EQ(percent_number(*up.percent), "8372.336959907363");
    EXPECT_EQ(up.direction, "up");

    const auto down = compare_months(money{87'500}, money{100'000});
    EXPECT_EQ(down.absolute, "-12.50");
    EXPECT_EQ(percent_number(*down.percent), "-12.5");
    EXPECT_EQ(down.direction, "down");

    const auto flat = compare_months(money{100'004}, money{100'000});
    EXPECT_EQ(flat.absolute, "0.00") << "from the totals as shown";
    EXPECT_EQ(percent_number(*flat.percent), "0.0");
    EXPECT_EQ(flat.direction, "flat");

    const auto first = compare_months(money{100'000}, money{});
    EXPECT_EQ(first.absolute, "100.00");
    EXPECT_FALSE(first.percent);
    EXPECT_EQ(first.direction, "up");
    EXPECT_EQ(percent_number(15), "15.0");
}

TEST(status_totals, six_sums_and_what_occurs) {
    const std::vector<std::pair<std::string, std::int64_t>> counts{
        {"Preparing", 1}, {"Unavailable", 3}, {"Available", 0}, {"Charging", 2}, {"Occupied", 4},
        {"Finishing", 1}, {"SuspendedEV", 1}, {"Faulted", 1},   {"charging", 1}, {"", 1}};
    const auto t = total_statuses(counts);
    EXPECT_EQ(t.available, 0);
    EXPECT_EQ(t.unavailable, 3);
    EXPECT_EQ(t.charging, 2);
    EXPECT_EQ(t.occupied, 4);
    EXPECT_EQ(t.preparing, 1);
    EXPECT_EQ(t.other, 5);
    EXPECT_FALSE(t.by_status.contains("Available"));
    EXPECT_EQ(t.by_status.at("Preparing"), 1);
    EXPECT_EQ(total_statuses({}).by_status.size(), 0u);
}

} // namespace
} // namespace voltlane::domain
