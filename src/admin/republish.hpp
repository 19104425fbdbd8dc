#pragma once

#include "admin/session.hpp"

#include <set>
#include <string>

namespace voltlane::admin {

// Queues every directory entry that PostgreSQL has; returns their keys.
std::set<std::string> queue_everything(pg::database& db);

// `directory republish`: all of the above, and tombstones for keys that the topic has and PostgreSQL lacks.
// Vouches have no row: they are left alone until nobody can need them any more.
void republish(session& s);

} // namespace voltlane::admin
