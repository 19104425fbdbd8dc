#pragma once

#include "workers/config.hpp"

#include <string>

namespace voltlane::workers {

// The process: composes the pools and runs them until SIGTERM. Returns the exit code: 0 after an orderly
// stop, 1 where the database has a schema that this program does not know, or the admin port is taken.
int run(const config& c, const std::string& summary);

} // namespace voltlane::workers
