#include "shared/store/outbox.hpp"

#include <set>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

TEST(outbox_shard, is_frozen) {
    // Rows outlive a program: another answer would break the order of a key.
    EXPECT_EQ(outbox_shard(""), 2);
    EXPECT_EQ(outbox_shard("1/bura"), 7);
    EXPECT_EQ(outbox_shard("0/generation/ocpp.inbound"), 5);
}

TEST(outbox_shard, uses_all_of_them) {
    std::set<int> used;
    for (int i = 0; i < 200; ++i) {
        const auto shard = outbox_shard("1/charge_point/cp" + std::to_string(i));
        EXPECT_GE(shard, 0);
        EXPECT_LT(shard, outbox_shards);
        used.insert(shard);
    }
    EXPECT_EQ(used.size(), static_cast<std::size_t>(outbox_shards));
}

} // namespace
} // namespace voltlane::store
