#pragma once

#include "api/config.hpp"

#include <string>

namespace voltlane::api {

// Runs the process until SIGTERM or SIGINT; the exit code. Errors that keep it from starting are logged.
int run(const config& c);

// The route table, one line a route: method, pattern, access, area, tab separated. Connects to nothing.
std::string describe_routes();

} // namespace voltlane::api
