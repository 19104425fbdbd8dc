#pragma once

#include "shared/async/types.hpp"

namespace voltlane::async {

// Completes at the first SIGTERM or SIGINT. The second one ends the process at once. SIGPIPE is ignored from
// here on.
awaitable<void> stop_signal();

} // namespace voltlane::async
