#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/time.hpp"

#include <chrono>
#include <optional>

namespace voltlane::domain {

// The two prices a session is billed by, in currency units of 10^-3.
struct tariff {
    std::optional<price> per_kwh;
    std::optional<price> per_hour;

    constexpr bool operator==(const tariff&) const = default;
    constexpr bool empty() const noexcept { return !per_kwh && !per_hour; }
};

// kWh x per_kwh + hours x per_hour, half-up to three decimals in one rounding; nullopt where neither price is
// set. Ended sessions pass whole seconds, open ones run to a sub-second now. A negative duration or energy
// counts as zero; a total of more than 18 digits becomes the largest one (an operator's typing error, since
// meters are checked before).
std::optional<money> session_total(watt_hours energy, std::chrono::microseconds duration,
                                   const tariff& prices);

// The same for a session that is still open at `now`.
std::optional<money> open_session_total(watt_hours energy, std::chrono::sys_seconds started_at, timestamp now,
                                        const tariff& prices);

} // namespace voltlane::domain
