#include "api/limits/rate_window.hpp"

#include <algorithm>

namespace voltlane::api {

std::int64_t rate_window::minute_of(timestamp now) noexcept {
    return std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
}

timestamp rate_window::start_of(std::int64_t minute) noexcept {
    return timestamp(std::chrono::minutes(minute));
}

void rate_window::roll(timestamp now) noexcept {
    const auto minute = minute_of(now);
    if (minute == minute_ || minute == minute_ - 1) return;
    before_ = minute == minute_ + 1 ? total() : 0;
    own_ = shared_ = others_ = 0;
    minute_ = minute;
}

std::optional<std::chrono::seconds> rate_window::take(timestamp now, std::int64_t limit) noexcept {
    roll(now);
    const auto whole = length.count();
    const auto gone = std::clamp<std::int64_t>((now - start_of(minute_)).count(), 0, whole - 1);
    const auto used = total();
    if (used * whole + before_ * (whole - gone) + whole <= limit * whole) {
        ++own_;
        return std::nullopt;
    }
    // When the minute before will have left enough of its share: in this minute, or, this one being full by
    // itself, in the next, where it is the minute before.
    std::int64_t wait = 0;
    if (used < limit) {
        wait = whole - (limit - 1 - used) * whole / before_ - gone;
    } else {
        wait = whole - gone + whole - (limit - 1) * whole / used;
    }
    return std::max(std::chrono::seconds(1),
                    std::chrono::ceil<std::chrono::seconds>(std::chrono::microseconds(wait)));
}

void rate_window::learn(std::int64_t minute, std::int64_t mine, std::int64_t sum,
                        std::int64_t before) noexcept {
    if (minute != minute_) return;
    shared_ = mine;
    others_ = std::max<std::int64_t>(0, sum - mine);
    before_ = std::max(before_, before);
}

} // namespace voltlane::api
