#pragma once

#include <cstdint>
#include <string_view>

namespace voltlane::kafka {

// The partition that Java, Go and librdkafka (murmur2_random) clients choose for a key. Precondition: count >
// 0 and the key is not empty (a record without one goes anywhere). Frozen: golden vectors in the tests.
std::int32_t partition_of(std::string_view key, std::int32_t count) noexcept;

} // namespace voltlane::kafka
