#pragma once

#include "admin/session.hpp"

namespace voltlane::admin {

// Applies what the database lacks of the folder's migrations. Refuses where an applied file was changed or
// the database knows more than the folder.
void migrate(session& s);

} // namespace voltlane::admin
