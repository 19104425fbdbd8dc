#pragma once

#include "shared/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace voltlane::workers {

// How long a delivery that failed waits for its next attempt.

inline constexpr std::chrono::milliseconds first_pause = std::chrono::seconds(30);
inline constexpr std::chrono::milliseconds longest_pause = std::chrono::hours(1);
// What was asked for so long ago is given up after the next failure.
inline constexpr std::chrono::hours given_up_after{24};

// After the failure of attempt number `attempt` (from 1): half a minute, doubled each time up to an hour, and
// spread over ±20 % so that what failed together does not return together. `chance`: 0 to 1.
std::chrono::milliseconds back_off(std::int64_t attempt, double chance) noexcept;

// The same for what was asked for at `asked_at`: its last attempt is made when the day is over, and after
// that there is none (nullopt).
std::optional<std::chrono::milliseconds> next_attempt(std::int64_t attempt, double chance, timestamp asked_at,
                                                      timestamp now) noexcept;

} // namespace voltlane::workers
