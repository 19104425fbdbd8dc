#include "shared/domain/tariff.hpp"

#include "shared/domain/price_choice.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace voltlane::domain {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

struct total_case {
    watt_hours energy;
    microseconds duration;
    tariff prices;
    const char* total; // null: none
};

tariff both(std::int64_t kwh, std::int64_t hour) {
    return {price{kwh}, price{hour}};
}

TEST(tariff, totals_to_the_digit) {
    const total_case cases[] = {
        {192, 45s, both(500'000, 250'000), "99.125"},
        {2766, 624s, both(500'000, 250'000), "1426.333"},
        {234, 55s, both(500'000, 250'000), "120.819"},
        {132, 28s, both(15'000, 12'000), "2.073"},
        {180, 38s, both(15'000, 12'000), "2.827"},
        {0, microseconds{209'178'600'000}, both(15'000, 12'000), "697.262"},
        {0, 0s, both(15'000, 12'000), "0.000"},
        {1000, 3600s, {price{1234}, {}}, "1.234"},
        {1000, 3600s, {{}, price{1234}}, "1.234"},
        {1000, 3600s, {price{0}, {}}, "0.000"},
        {1000, 3600s, {}, nullptr},
        {1, 0s, {price{500}, {}}, "0.001"}, // 0.0005: half up
        {1, 0s, {price{499}, {}}, "0.000"},
        {-5000, -3600s, both(500, 250), "0.000"},
        {1'000'000, 0s, {price{-500}, {}}, "-500.000"}, // a credit is a price too
    };
    for (const auto& c : cases) {
        const auto total = session_total(c.energy, c.duration, c.prices);
        ASSERT_EQ(total.has_value(), c.total != nullptr) << c.energy;
        if (total) EXPECT_EQ(total->text(), c.total) << c.energy;
    }
}

TEST(tariff, open_sessions_run_to_a_sub_second_now) {
    const auto started = std::chrono::sys_seconds{1'750'000'000s};
    const auto total =
        open_session_total(0, started, started + microseconds{209'178'600'000}, both(15'000, 12'000));
    EXPECT_EQ(total->text(), "697.262");
    EXPECT_EQ(open_session_total(0, started, started - 1s, both(1, 1))->text(), "0.000");
}

TEST(tariff, absurd_operands_stay_defined) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const auto total = session_total(most, microseconds{most}, both(most, most));
    ASSERT_TRUE(total);
    EXPECT_EQ(total->text(), "999999999999999.999");
}

TEST(price_choice, account_before_type_before_everybody) {
    const auto t = [](int hour) {
        return timestamp{} + std::chrono::hours{hour};
    };
    const price_row everybody{{}, {}, both(1, 1), t(0), {}};
    const price_row students{{}, "student", both(2, 2), t(0), {}};
    const price_row driver{account_id{7}, {}, both(3, 3), t(0), {}};
    const price_row kwh_only{account_id{8}, {}, {price{4}, {}}, t(0), {}};
    const price_row withdrawn{account_id{9}, {}, {}, t(0), {}};
    const price_row old{account_id{10}, {}, both(5, 5), t(0), t(10)};
    const price_row renewed{account_id{10}, {}, both(6, 6), t(10), {}};
    const std::vector<price_row> rows{everybody, students, driver, kwh_only, withdrawn, old, renewed};

    EXPECT_EQ(choose_tariff(rows, {{}, {}, t(5)}), everybody.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{1}, {}, t(5)}), everybody.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{1}, "student", t(5)}), students.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{7}, "student", t(5)}), driver.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{7}, "staff", t(5)}), driver.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{8}, {}, t(5)}), kwh_only.prices) << "a row counts whole";
    EXPECT_EQ(choose_tariff(rows, {account_id{9}, "student", t(5)}), students.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{10}, {}, t(9)}), old.prices);
    EXPECT_EQ(choose_tariff(rows, {account_id{10}, {}, t(10)}), renewed.prices) << "valid_to is exclusive";
    EXPECT_EQ(choose_tariff(rows, {{}, {}, t(-1)}), tariff{}) << "nothing was in force";
    EXPECT_EQ(choose_tariff({}, {account_id{7}, "student", t(5)}), tariff{});
    const std::vector<price_row> overlapping{old, {account_id{10}, {}, both(7, 7), t(5), {}}};
    EXPECT_EQ(choose_tariff(overlapping, {account_id{10}, {}, t(6)}).per_kwh, price{7})
        << "the later one wins";
}

} // namespace
} // namespace voltlane::domain
