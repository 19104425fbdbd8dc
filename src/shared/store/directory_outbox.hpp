#pragma once

#include "shared/events/directory.hpp"
#include "shared/pg/transaction.hpp"

// csms.directory by way of the outbox: in the transaction of the source row, after it was written.
namespace voltlane::store {

void queue_directory(pg::transaction& t, const events::directory_entry& entry);
// A tombstone under the entry's key.
void queue_directory_removal(pg::transaction& t, const events::directory_entry& entry);

} // namespace voltlane::store
