#pragma once

#include "shared/pg/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::workers {

// A record of a partition; the views stand while the batch is worked on.
struct source_record {
    std::int64_t offset = 0;
    std::string_view key;
    std::string_view value;
};

struct unreadable_record {
    std::size_t index = 0; // into the prepared records
    std::string reason;
};

// What a pool does with one partition, and what it keeps in memory of it between batches. Made when the
// partition is assigned, gone when it is revoked.
//
//   prepare ─▶ write ... ─▶ committed | rolled_back       (on a database thread, one batch at a time)
//
// Memory follows the database: what write() changed counts from committed() on, and is forgotten by
// rolled_back().
class partition_handler {
public:
    virtual ~partition_handler() = default;

    // Parses a batch, once; it stays until the next call. Returns what cannot be read.
    virtual std::vector<unreadable_record> prepare(std::span<const source_record> records) = 0;
    // Writes the effects of some of the prepared records, in order. May be called several times in one
    // transaction. Where it throws, it has forgotten the charge points concerned.
    virtual void write(pg::transaction& t, std::span<const std::size_t> which) = 0;
    virtual void committed() = 0;
    virtual void rolled_back() = 0;
    virtual void forget() = 0; // everything: the partition was somebody else's meanwhile
};

// One pool: which topic it reads, and how.
class partitioned_pool {
public:
    virtual ~partitioned_pool() = default;

    virtual std::string_view name() const = 0; // in `consumer_offsets`, the group's name and labels
    virtual std::string_view topic() const = 0;
    virtual int schema_version() const = 0; // newest that prepare() reads; a newer record stops the partition
    // A cheap look, before anything is parsed: false where the record means nothing to this pool.
    virtual bool concerns(std::string_view value) const = 0;
    virtual std::unique_ptr<partition_handler> open(std::int32_t partition) = 0;
};

} // namespace voltlane::workers
