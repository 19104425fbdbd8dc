#pragma once

#include "gateway/config.hpp"

namespace voltlane::gateway {

// Runs a gateway until SIGTERM or SIGINT; the process's exit code.
int run(const config& c);

} // namespace voltlane::gateway
