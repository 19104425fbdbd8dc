#pragma once

#include "simulator/range.hpp"

#include <cstddef>
#include <cstdint>

namespace voltlane::simulator {

// What a charger's dice are for. A stream of its own each, so that a reconnect more or less on the network
// changes no decision of a driver.
enum class dice : std::uint64_t {
    traits = 1,      // what kind of charger it is
    line = 2,        // dialing, outages
    faults = 3,      // misbehaviour of single messages
    connector = 100, // + connector number: cars and drivers
};

// A small pseudo-random generator (splitmix64): 8 bytes a stream, the same sequence on every machine for the
// same seed, charger number and stream.
class random_source {
public:
    random_source(std::uint64_t seed, std::uint64_t charger, dice stream, std::uint64_t part = 0)
        : state_(mix(mix(mix(seed) ^ charger) ^ (static_cast<std::uint64_t>(stream) + part))) {}

    std::uint64_t next() { return mix(state_ += step); }
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; } // [0, 1)
    double within(range r) { return r.least + (r.most - r.least) * unit(); }
    // Draws also where the answer is certain: a scenario's other decisions stay the same.
    bool chance(double probability) { return unit() < probability; }
    std::size_t index(std::size_t count) { return count == 0 ? 0 : static_cast<std::size_t>(next() % count); }

private:
    static constexpr std::uint64_t step = 0x9E3779B97F4A7C15;
    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

} // namespace voltlane::simulator
