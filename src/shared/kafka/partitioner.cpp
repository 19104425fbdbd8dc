#include "shared/kafka/partitioner.hpp"

namespace voltlane::kafka {
namespace {

constexpr std::uint32_t byte_at(std::string_view text, std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
}

// MurmurHash2 with the seed and the tail of org.apache.kafka.common.utils.Utils.murmur2.
std::uint32_t murmur2(std::string_view data) {
    constexpr std::uint32_t seed = 0x9747b28c;
    constexpr std::uint32_t m = 0x5bd1e995;
    constexpr int r = 24;

    std::uint32_t h = seed ^ static_cast<std::uint32_t>(data.size());
    const std::size_t words = data.size() / 4;
    for (std::size_t w = 0; w < words; ++w) {
        const std::size_t i = w * 4;
        std::uint32_t k = byte_at(data, i) | byte_at(data, i + 1) << 8 | byte_at(data, i + 2) << 16 |
                          byte_at(data, i + 3) << 24;
        k *= m;
        k ^= k >> r;
        k *= m;
        h *= m;
        h ^= k;
    }
    const std::size_t tail = words * 4;
    const std::size_t left = data.size() - tail;
    if (left > 2) h ^= byte_at(data, tail + 2) << 16;
    if (left > 1) h ^= byte_at(data, tail + 1) << 8;
    if (left > 0) {
        h ^= byte_at(data, tail);
        h *= m;
    }
    h ^= h >> 13;
    h *= m;
    h ^= h >> 15;
    return h;
}

} // namespace

std::int32_t partition_of(std::string_view key, std::int32_t count) noexcept {
    return static_cast<std::int32_t>(murmur2(key) & 0x7fffffffU) % count;
}

} // namespace voltlane::kafka
