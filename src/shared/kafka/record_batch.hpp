#pragma once

#include "shared/kafka/holders.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::kafka {

struct topic_partition {
    std::string topic;
    std::int32_t partition = 0;
    auto operator<=>(const topic_partition&) const = default;
};

// A record as it was read, views into librdkafka's memory: valid as long as its batch.
class record_view {
public:
    explicit record_view(const rd_kafka_message_s& message) noexcept;

    std::string_view topic() const noexcept { return topic_; }
    std::int32_t partition() const noexcept { return partition_; }
    std::int64_t offset() const noexcept { return offset_; }
    std::string_view key() const noexcept { return key_; }
    std::string_view value() const noexcept { return value_; }
    bool tombstone() const noexcept { return tombstone_; }                        // the key was deleted
    std::int64_t timestamp_ms() const noexcept;                                   // since 1970, -1 unknown
    std::optional<std::string_view> header(std::string_view name) const noexcept; // the last one of that name

private:
    const rd_kafka_message_s* message_;
    std::string_view topic_, key_, value_;
    std::int64_t offset_;
    std::int32_t partition_;
    bool tombstone_;
};

// Records in log order per partition. Must be gone before its reader or group consumer is stopped, else
// closing hangs.
class record_batch {
public:
    record_batch() = default;
    bool empty() const noexcept { return records_.empty(); }
    std::size_t size() const noexcept { return records_.size(); }
    auto begin() const noexcept { return records_.begin(); }
    auto end() const noexcept { return records_.end(); }
    const record_view& operator[](std::size_t i) const noexcept { return records_[i]; }

    void add(event_holder event, const rd_kafka_message_s& message); // for this folder's consumers

private:
    std::vector<event_holder> events_;
    std::vector<record_view> records_;
};

} // namespace voltlane::kafka
