#pragma once

#include "shared/base/ids.hpp"
#include "shared/domain/command_life.hpp"
#include "shared/pg/transaction.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

// Table `commands`, its life after the insert. Inserted by api; moved on by the pool `commands`.
namespace voltlane::store {

// Locks the rows, in id order; unknown ids are left out. An id that is no UUID is left out too.
std::map<std::string, domain::command_life> lock_commands(pg::transaction& t,
                                                          std::span<const std::string> ids);
void write_commands(pg::transaction& t, const std::map<std::string, domain::command_life>& lives);
// Ends rows without news that are past their deadline and the grace: queued as expired, sent as timeout. At
// most `most` at a time; returns how many.
std::size_t end_overdue_commands(pg::transaction& t, timestamp now, std::int64_t most);
// Ended commands that were created before `oldest`, at most `most` at a time; returns how many.
std::size_t delete_old_commands(pg::transaction& t, timestamp oldest, std::int64_t most);

} // namespace voltlane::store
