#pragma once

#include "shared/pg/transaction.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Table `outbox`. Writers: api, workers, voltlane-admin, each in the transaction of its source row and after
// it. Reader and deleter: the pool `relay`.
namespace voltlane::store {

inline constexpr int outbox_shards = 8;

// Of the key: one key's records stay in one shard, so in order.
std::int16_t outbox_shard(std::string_view key) noexcept;

struct outbox_record {
    std::string topic;
    std::string key;
    std::optional<std::string> value; // JSON text; nullopt: a tombstone
    int version = 1;                  // the value's schema
};

// Queues for publication when the transaction commits. Call it after the source row was written: lock order
// is then id order per key.
void queue(pg::transaction& t, const outbox_record& record);
void queue(pg::transaction& t, std::span<const outbox_record> records);

struct queued_record {
    std::int64_t id = 0;
    std::int16_t shard = 0;
    outbox_record record;
};

struct shard_look {
    std::int16_t shard = 0;
    std::int64_t above = 0; // only ids greater than this
};
// The oldest records of the shards, in id order: of each shard at most `most`, and values of `most_bytes`
// plus one record at most.
std::vector<queued_record> read_outbox(pg::transaction& t, std::span<const shard_look> shards,
                                       std::int64_t most, std::int64_t most_bytes);
void delete_published(pg::transaction& t, std::span<const std::int64_t> ids);
// Age of the oldest record, in seconds; 0: none. For the relay's metric.
double outbox_age(pg::transaction& t);

// The session-level advisory lock that makes this connection the shard's relay. It goes with the connection.
bool try_lock_shard(pg::connection& c, std::int16_t shard);

} // namespace voltlane::store
