#pragma once

#include "shared/base/time.hpp"
#include "shared/domain/session/fold.hpp"
#include "shared/pg/transaction.hpp"

#include <span>
#include <string>
#include <vector>

// Table `meter_values`, partitioned by month of receipt. Writer: pool `sessions`.
namespace voltlane::store {

// One statement. Rows that are there already (a replay) are left alone. Session ids are read from the
// sessions, so these must have been inserted before.
void insert_meter_values(pg::transaction& t, std::span<const domain::meter_row> values);

// Makes the partitions of this month and the next two where they are missing; returns the names of those
// made. A month whose rows already lie in the default partition stays there. Throws pg::failure 55P03 where
// the table's lock is not to be had within 250 ms; so does drop_partitions().
std::vector<std::string> make_partitions(pg::transaction& t, timestamp now);
// Drops the partitions whose newest row would be older than `oldest`; returns the names of those dropped.
std::vector<std::string> drop_partitions(pg::transaction& t, timestamp oldest);
// Such rows of the default partition, at most `most` at a time; returns how many.
std::size_t delete_old_default_rows(pg::transaction& t, timestamp oldest, std::int64_t most);

} // namespace voltlane::store
