#pragma once

#include "shared/domain/price_choice.hpp"
#include "shared/domain/session/session.hpp"

#include <chrono>
#include <optional>
#include <span>

namespace voltlane::domain {

// More average power than any charger gives (megawatt charging is not spoken over OCPP 1.6): 1 MW.
inline constexpr std::int64_t plausible_watts = 1'000'000;
// Clock steps and coarse timestamps: so much time is added before power is judged.
inline constexpr std::chrono::seconds power_slack{60};
// Where a time was replaced by the receipt's, power says nothing; then, and where meterStart is 0, a session
// of more than this was none: the largest traction batteries hold 300 kWh.
inline constexpr milliwatt_hours plausible_energy = 300'000'000;
// A session of more than 30 days is a lost clock or a lost stop.
inline constexpr std::chrono::days plausible_duration{30};
// No register shows more: 1000 GWh. Beyond it, and below zero, a value is no reading (sums stay far inside
// int64).
inline constexpr milliwatt_hours largest_register = 1'000'000'000'000'000;

constexpr bool is_reading(std::optional<milliwatt_hours> value) {
    return value && *value >= 0 && *value <= largest_register;
}

// meterStart where the samples of the same session may be compared with it: a reading, and not a placeholder
// that the first sample leaps away from.
std::optional<milliwatt_hours> usable_meter_start(const session& s);

// Recomputes energy, end (where it is the last meter value's), review and total from what the session holds,
// and marks it `shown` where one of them changed. A session that an operator decided keeps its energy and
// review.
void rebill(session& s);

// Takes the prices in force at the start's receipt, where the session has none yet.
void freeze_prices(session& s, std::span<const price_row> rows, timestamp received_at);

} // namespace voltlane::domain
