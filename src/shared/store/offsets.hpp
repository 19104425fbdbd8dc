#pragma once

#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Tables `consumer_offsets` (writers: each worker pool, its own rows) and `log_generations` (writer:
// voltlane-admin).
namespace voltlane::store {

// The generation of a topic's log; nullopt: `topics apply` has not created it.
std::optional<std::int32_t> log_generation(pg::transaction& t, std::string_view topic);
// Raises it: called when the log was created anew. Returns the new one (1 for the first).
std::int32_t raise_generation(pg::transaction& t, std::string_view topic);

// One pool's place in one partition of one log.
struct offset_place {
    std::string pool;
    std::string topic;
    std::int32_t partition = 0;
    std::int32_t generation = 0;
};

struct partition_start {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};

struct assigned_offsets {
    std::vector<partition_start> positions; // of each partition asked for
    // Partitions that only have a position of an earlier generation: they start at the log's beginning.
    std::vector<std::int32_t> of_another_generation;
};
// On assignment: inserts the rows that are missing, at the log's beginning, and returns all of them.
assigned_offsets claim_offsets(pg::transaction& t, const offset_place& place,
                               std::span<const partition_start> beginnings);

// The compare-and-set, the first statement of every batch's transaction. False: somebody else moved it;
// nothing of this batch may be written.
bool move_offset(pg::transaction& t, const offset_place& place, std::int64_t from, std::int64_t to);
std::optional<std::int64_t> read_offset(pg::transaction& t, const offset_place& place);
// Retention took the records at `position`: the next claim begins at the log's beginning. One that somebody
// moved meanwhile stays.
void forget_offset(pg::transaction& t, const offset_place& place, std::int64_t position);

} // namespace voltlane::store
