#pragma once

#include <ostream>

namespace voltlane::admin {

// The whole of voltlane-admin: reads the command line, does one command, returns its exit code (failure.hpp).
// Results go to `out`; help too; one sentence about what went wrong to `err`.
int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

} // namespace voltlane::admin
