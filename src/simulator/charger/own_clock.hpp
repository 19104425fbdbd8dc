#pragma once

#include "simulator/instant.hpp"

#include <string>

namespace voltlane::simulator {

// What a charger believes the time to be. It is set by the answers to BootNotification and Heartbeat, unless
// the charger is one that has no clock or a wrong one.
class own_clock {
public:
    enum class kind { right, wrong, none };

    // wrong: `error_s` seconds off for ever; none: 1970 and on since `power_on`.
    own_clock(kind k, double error_s, timestamp power_on)
        : kind_(k)
        , offset_(k == kind::wrong  ? after(timestamp{}, error_s) - timestamp{}
                  : k == kind::none ? timestamp{} - power_on
                                    : std::chrono::microseconds{0}) {}

    timestamp read(timestamp now) const noexcept { return now + offset_; }
    std::string text(timestamp now) const { return format_millis(read(now)); }

    // Small differences are the network's, not the clock's.
    void set(timestamp told, timestamp now) noexcept {
        if (kind_ != kind::right) return;
        const auto difference = told - read(now);
        if (difference > tolerance || difference < -tolerance) offset_ = told - now;
    }

private:
    static constexpr std::chrono::microseconds tolerance{1'000'000};
    kind kind_;
    std::chrono::microseconds offset_;
};

} // namespace voltlane::simulator
