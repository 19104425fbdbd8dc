#include "shared/domain/tariff.hpp"

#include <algorithm>

namespace voltlane::domain {
namespace {

constexpr std::int64_t micros_per_hour = 3'600'000'000;
constexpr std::int64_t wh_per_kwh = 1000;
// Larger than any energy (1000 GWh) or time (30 years) that a meter or a calendar can give, small enough that
// no product below overflows whatever the price.
constexpr std::int64_t largest_wh = 1'000'000'000'000;
constexpr std::int64_t largest_micros = 1'000'000'000'000'000;
// 18 digits: what the sessions' table holds.
constexpr std::int64_t largest_total = 999'999'999'999'999'999;

} // namespace

std::optional<money> session_total(watt_hours energy, std::chrono::microseconds duration,
                                   const tariff& prices) {
    if (prices.empty()) return std::nullopt;
    const auto wh = std::clamp<std::int64_t>(energy, 0, largest_wh);
    const auto micros = std::clamp<std::int64_t>(duration.count(), 0, largest_micros);

    // One common denominator, so that there is one rounding: units x (wh / 1000 + micros / 3.6e9).
    __int128 dividend = 0;
    if (prices.per_kwh)
        dividend += static_cast<__int128>(prices.per_kwh->units) * wh * (micros_per_hour / wh_per_kwh);
    if (prices.per_hour) dividend += static_cast<__int128>(prices.per_hour->units) * micros;
    constexpr auto most = static_cast<__int128>(largest_total) * micros_per_hour;
    return money{divide_half_up(std::clamp(dividend, -most, most), micros_per_hour)};
}

std::optional<money> open_session_total(watt_hours energy, std::chrono::sys_seconds started_at, timestamp now,
                                        const tariff& prices) {
    return session_total(energy, now - started_at, prices);
}

} // namespace voltlane::domain
