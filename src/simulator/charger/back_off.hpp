#pragma once

#include "simulator/random_source.hpp"

#include <algorithm>
#include <cmath>

namespace voltlane::simulator {

// How long to wait before dialing again: doubled with each failure up to the longest, a part of it left to
// chance so that a fleet does not come back in one moment (OCPP-J errata 3.3).
class back_off {
public:
    // `delays`: first and longest, seconds; `jitter`: 0 to 1, the part of a delay that is drawn.
    back_off(range delays, double jitter) noexcept : delays_(delays), jitter_(jitter) {}

    double next(random_source& random) {
        const double whole = std::min(delays_.most, std::ldexp(delays_.least, static_cast<int>(failures_)));
        failures_ = std::min(failures_ + 1, most_doublings);
        return whole * (1 - jitter_ * random.unit());
    }
    void reset() noexcept { failures_ = 0; }

private:
    static constexpr unsigned most_doublings = 30; // beyond any delay that a scenario may name

    range delays_;
    double jitter_;
    unsigned failures_ = 0;
};

} // namespace voltlane::simulator
