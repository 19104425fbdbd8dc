#pragma once

#include "admin/session.hpp"

namespace voltlane::admin {

// Asks that every CUSTOMER and CUSTOMER_USER be brought in step with ThingsBoard: after it was configured for
// accounts that exist already, or restored from an old state. What is in step already costs it a look.
void resync_integrations(session& s);

} // namespace voltlane::admin
