#pragma once

#include "admin/failure.hpp"
#include "admin/session.hpp"

namespace voltlane::admin {

// Compares the counts with the sessions and commands themselves: one line for each that is wrong, some at the
// most, and then exit_code::different. Reads all of both tables; holds nobody up.
exit_code check_counts(session& s);
// Makes the counts anew. Who writes sessions or commands waits meanwhile: a worker whose patience ends tries
// again, an API answers 503.
void recount(session& s);

} // namespace voltlane::admin
