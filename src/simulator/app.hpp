#pragma once

#include "simulator/config.hpp"

namespace voltlane::simulator {

// Runs the whole simulation; the process's exit status: 0, 1 where no charger was ever accepted or it could
// not start, 2 for a scenario with errors.
int run(const config& c);

} // namespace voltlane::simulator
