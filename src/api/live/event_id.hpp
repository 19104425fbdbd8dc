#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// The topics that server-sent events come from.
enum class live_topic : std::uint8_t { sessions = 0, stations = 1, replies = 2 };
inline constexpr std::size_t live_topics = 3;

// A place in the live topics: the generation of each, and the next offset of each of its partitions. Ids of
// server-sent events carry it, so that any pod can go on where another one stopped.
struct live_position {
    struct log {
        std::int32_t generation = 0;
        std::vector<std::int64_t> next; // by partition
        bool operator==(const log&) const = default;
    };
    std::array<log, live_topics> logs;

    log& operator[](live_topic t) { return logs[static_cast<std::size_t>(t)]; }
    const log& operator[](live_topic t) const { return logs[static_cast<std::size_t>(t)]; }
    bool operator==(const live_position&) const = default;
};

// base64url of a version byte and variable-length integers; no blanks or line ends, some 100 characters.
std::string to_event_id(const live_position& p);
// nullopt: not made by to_event_id.
std::optional<live_position> parse_event_id(std::string_view text);

} // namespace voltlane::api
