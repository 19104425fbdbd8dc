#pragma once

#include "shared/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace voltlane::api {

// How often one thing happened in the last minute, by two counters: this calendar minute's, and the one's
// before it as far as that minute still reaches into the last sixty seconds.
//
//     estimate = this minute + minute before * (share of it that is less than sixty seconds ago)
//
// What this pod counted and what others counted are kept apart, since sums come back from PostgreSQL late. A
// clock that is set back into the minute before counts on in the later one; set back further, it begins anew,
// so that a clock that was ahead for a while bars nobody for as long. Not thread safe.
class rate_window {
public:
    static constexpr std::chrono::microseconds length{std::chrono::minutes(1)};
    // The number of the minute that `now` lies in; unique among all minutes.
    static std::int64_t minute_of(timestamp now) noexcept;
    static timestamp start_of(std::int64_t minute) noexcept;

    // nullopt: counted. Else refused and not counted, and how long until it would pass if nothing else came
    // (at least a second). `limit` > 0, a minute.
    std::optional<std::chrono::seconds> take(timestamp now, std::int64_t limit) noexcept;

    // Brings both counters to that moment's minute.
    void roll(timestamp now) noexcept;
    std::int64_t minute() const noexcept { return minute_; }
    std::int64_t own() const noexcept { return own_; } // this pod's of this minute
    std::int64_t unshared() const noexcept { return own_ - shared_; }
    std::int64_t total() const noexcept { return own_ + others_; } // this minute's
    bool idle() const noexcept { return own_ + others_ + before_ == 0; }

    // All pods together counted `sum` in `minute`, of which this one `mine`, and `before` in the minute
    // before. Passed over where the minute is over by now.
    void learn(std::int64_t minute, std::int64_t mine, std::int64_t sum, std::int64_t before) noexcept;

private:
    std::int64_t minute_ = 0;
    std::int64_t own_ = 0;
    std::int64_t shared_ = 0; // of own_: what the sum in PostgreSQL holds
    std::int64_t others_ = 0;
    std::int64_t before_ = 0; // all pods', as far as known
};

} // namespace voltlane::api
