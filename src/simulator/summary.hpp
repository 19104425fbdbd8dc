#pragma once

#include "simulator/statistics.hpp"

#include <cstdint>
#include <string>

namespace voltlane::simulator {

// A run, for its summary.
struct run_facts {
    std::size_t chargers = 0;
    std::size_t accepted = 0; // registered just before the end
    std::int64_t seed = 0;
    double seconds = 0;
};

// A page for people.
std::string summary_text(const run_facts& facts, const statistics& s);
// The same as one JSON object: {"chargers", "seconds", "sessions": {..}, "calls": {action: {..}}, ...}.
std::string summary_json(const run_facts& facts, const statistics& s);

} // namespace voltlane::simulator
