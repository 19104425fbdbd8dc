#pragma once

namespace voltlane::simulator {

// From which a number is drawn evenly; in a scenario `[60, 180]`, or `60` for always 60.
struct range {
    double least = 0;
    double most = 0;

    constexpr bool never() const noexcept {
        return most <= 0;
    } // as an interval: 0 means that it does not occur
    bool operator==(const range&) const = default;
};

} // namespace voltlane::simulator
