#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace voltlane::kafka {

// A topic registered with a producer: producer::topic(name).
struct topic_ref {
    std::uint16_t index = 0;
};

struct header_view {
    std::string_view name;
    std::string_view value;
};

inline constexpr std::int32_t any_partition = -1; // by the key: see partitioner.hpp

// What to publish. Everything is copied before the publishing call returns (for the awaitable form: before it
// suspends).
struct record {
    topic_ref topic;
    std::string_view key;
    std::string_view value;
    std::span<const header_view> headers = {};
    std::int32_t partition = any_partition;
    bool tombstone = false; // no value at all: compaction removes the key
};

} // namespace voltlane::kafka
