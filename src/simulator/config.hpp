#pragma once

#include "shared/base/config.hpp"

#include <cstdint>
#include <string>

namespace voltlane::simulator {

// Options of voltlane-sim.
struct config {
    std::string url; // secret: holds the tenant's key
    std::int64_t chargers = 1;
    std::string prefix = "SIM";
    std::int64_t seed = 1;
    std::string scenario;      // a file; empty: the defaults of scenario.hpp
    std::int64_t duration = 0; // seconds; 0: until a signal
    std::string summary_json;  // a file; empty: none
    std::string admin_listen;  // empty: no admin port
    std::string log_level = "info";
    std::string log_format = "auto";
};

void add_options(options& o, config& c);

} // namespace voltlane::simulator
