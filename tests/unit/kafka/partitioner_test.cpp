#include "shared/kafka/partitioner.hpp"

#include <string>

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

struct vector {
    std::string key;
    std::int32_t count;
    std::int32_t partition;
};

// org.apache.kafka.common.utils.UtilsTest.testMurmur2, the hash taken & 0x7fffffff modulo the count; they
// must never change: they decide where a charger's records lie.
TEST(partition_of, gives_the_golden_vectors_of_the_java_client) {
    const auto java = [](std::int32_t hash, std::int32_t count) {
        return (hash & 0x7fffffff) % count;
    };
    const vector cases[] = {
        {"21", 64, java(-973932308, 64)},
        {"foobar", 64, java(-790332482, 64)},
        {"a-little-bit-long-string", 64, java(-985981536, 64)},
        {"a-little-bit-longer-string", 64, java(-1486304829, 64)},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", 64, java(-58897971, 64)},
        {std::string("a\0b\xff", 4).substr(0, 1) + "bc", 16, java(479470107, 16)},
    };
    for (const auto& c : cases)
        EXPECT_EQ(partition_of(c.key, c.count), c.partition) << c.key;
}

TEST(partition_of, agrees_with_librdkafka_for_keys_of_every_length_and_byte) {
    std::string key;
    for (int i = 0; i < 300; ++i) {
        key.push_back(static_cast<char>(i * 37));
        for (const std::int32_t count : {1, 2, 7, 16, 64, 1000})
            EXPECT_EQ(partition_of(key, count), rd_kafka_msg_partitioner_murmur2(
                                                    nullptr, key.data(), key.size(), count, nullptr, nullptr))
                << key.size();
    }
}

} // namespace
} // namespace voltlane::kafka
