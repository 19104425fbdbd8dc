#include "workers/notify/back_off.hpp"

#include <algorithm>
#include <cmath>

namespace voltlane::workers {
namespace {

constexpr double spread = 0.2;
constexpr std::int64_t most_doublings = 7; // 64 minutes: past the longest pause

} // namespace

std::chrono::milliseconds back_off(std::int64_t attempt, double chance) noexcept {
    const auto doublings = std::clamp<std::int64_t>(attempt - 1, 0, most_doublings);
    const auto pause = std::min(first_pause * (std::int64_t{1} << doublings), longest_pause);
    const double factor = 1 + spread * (2 * std::clamp(chance, 0.0, 1.0) - 1);
    return std::chrono::milliseconds(std::llround(static_cast<double>(pause.count()) * factor));
}

std::optional<std::chrono::milliseconds> next_attempt(std::int64_t attempt, double chance, timestamp asked_at,
                                                      timestamp now) noexcept {
    const auto last = asked_at + given_up_after;
    if (now >= last) return std::nullopt;
    return std::min(back_off(attempt, chance), std::chrono::ceil<std::chrono::milliseconds>(last - now));
}

} // namespace voltlane::workers
