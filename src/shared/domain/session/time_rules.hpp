#pragma once

#include "shared/base/time.hpp"

#include <chrono>
#include <optional>

namespace voltlane::domain {

// Identity: a timestamp at most this long before its receipt names one session for ever (longest offline
// queue seen) ...
inline constexpr std::chrono::days trusted_before{30};
// ... and at most this long after it (a wrong time zone).
inline constexpr std::chrono::days trusted_after{1};
// Billing: the charger's time counts from 2020 on, when no charger speaking this protocol has its factory
// date ...
inline constexpr std::chrono::sys_days plausible_since{std::chrono::year{2020} / 1 / 1};
// ... until five minutes after receipt (drift between two synchronisations).
inline constexpr std::chrono::minutes plausible_ahead{5};

constexpr bool is_trusted(std::optional<timestamp> at, timestamp received_at) {
    return at && *at >= received_at - trusted_before && *at <= received_at + trusted_after;
}

constexpr bool is_plausible(std::optional<timestamp> at, timestamp received_at) {
    return at && *at >= plausible_since && *at <= received_at + plausible_ahead;
}

// The time that is billed: the charger's if plausible, else the receipt's.
constexpr timestamp billed_time(std::optional<timestamp> at, timestamp received_at) {
    return is_plausible(at, received_at) ? *at : received_at;
}

} // namespace voltlane::domain
