#pragma once

#include "shared/base/clock.hpp"

#include <chrono>

namespace voltlane::gateway {

// Calls per second of one charger, as a bucket of one second's worth (generic cell rate algorithm: one time
// point). Beyond it reading is delayed, never refused (field-notes 41): a queue of offline transactions comes
// in, only slower.
class call_rate {
public:
    explicit call_rate(unsigned per_second) noexcept
        : spacing_(std::chrono::nanoseconds(std::chrono::seconds(1)) / (per_second == 0 ? 1 : per_second)) {}

    // Counts one call. Returns when the next may be read: not after `now` while the bucket has room.
    clock::steady_point count(clock::steady_point now) noexcept {
        empty_at_ = (empty_at_ < now ? now : empty_at_) + spacing_;
        return empty_at_ - std::chrono::seconds(1);
    }

private:
    std::chrono::nanoseconds spacing_;
    clock::steady_point empty_at_{};
};

} // namespace voltlane::gateway
