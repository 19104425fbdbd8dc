#pragma once

#include "shared/base/time.hpp"

#include <cstdint>

namespace voltlane::simulator {

// The simulation's time: UTC at its start, advanced by a steady clock, so it never jumps. What a charger
// believes the time to be is another matter (charger/own_clock.hpp).
inline constexpr timestamp never = timestamp::max();

constexpr timestamp after(timestamp from, double seconds) noexcept {
    return from + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
}
constexpr double seconds_between(timestamp from, timestamp to) noexcept {
    return static_cast<double>((to - from).count()) / 1e6;
}

} // namespace voltlane::simulator
