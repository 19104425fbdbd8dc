#pragma once

#include "simulator/charger/charging_process.hpp"
#include "simulator/random_source.hpp"
#include "simulator/scenario.hpp"

#include <string>

namespace voltlane::simulator {

// Everything about one car and its driver, decided on arrival: what happens on the network meanwhile changes
// nothing of it. Times in seconds.
struct visit {
    std::string tag;
    vehicle car;
    double tag_after = 0;
    double length = 0;
    double unplug_after = 0;
    double suspend_after = -1; // negative: does not occur
    double suspended_for = 0;
    double fault_after = -1;
    double faulted_for = 0;
    bool by_cable = false;
};

// The next visit; always the same number of draws.
visit draw_visit(const scenario& plan, random_source& random);

} // namespace voltlane::simulator
