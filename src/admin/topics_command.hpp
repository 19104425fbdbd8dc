#pragma once

#include "admin/failure.hpp"
#include "admin/session.hpp"

namespace voltlane::admin {

// Prints what differs between topics/*.yaml and Kafka; different: `apply` would do something.
exit_code diff_topics(session& s);

// Makes Kafka look like topics/*.yaml. One at a time (advisory lock). A log that is created gets its
// generation before it exists, so that no crash can leave a new log under an old generation; csms.directory
// hears of it through the outbox. Nothing is done where anything is refused.
void apply_topics(session& s);

} // namespace voltlane::admin
