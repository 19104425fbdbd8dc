#pragma once

#include "admin/session.hpp"

#include <cstddef>

namespace voltlane::admin {

// The newest dead letters, oldest of them first: one line each, or with `whole` one JSON record each.
void list_dead_letters(session& s, std::size_t limit, bool whole);

} // namespace voltlane::admin
