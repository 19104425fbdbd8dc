#include "shared/base/ids.hpp"

#include <type_traits>
#include <unordered_map>

#include <gtest/gtest.h>

namespace voltlane {
namespace {

static_assert(!std::is_convertible_v<tenant_id, account_id>);
static_assert(!std::is_convertible_v<std::int64_t, tenant_id>);

TEST(ids, epochs_order_by_generation_then_offset) {
    EXPECT_LT((epoch{1, 500}), (epoch{2, 0}));
    EXPECT_LT((epoch{2, 0}), (epoch{2, 1}));
    EXPECT_FALSE(epoch{}.known());
    EXPECT_LT(epoch{}, (epoch{0, 0}));
    EXPECT_EQ(to_string(epoch{3, 42}), "3-42");
    EXPECT_EQ(parse_epoch("3-42"), (epoch{3, 42}));
    for (const auto* text : {"", "-", "3", "3-", "-42", "3--1", "-3-4", "3-4x", "3-4-5", "99999999999-1"})
        EXPECT_FALSE(parse_epoch(text)) << text;
}

TEST(ids, charger_keys) {
    const charger_key key{tenant_id{12}, "cp/1 \xc3\xa4"};
    EXPECT_EQ(to_string(key), "12/cp/1 \xc3\xa4");
    EXPECT_EQ(parse_charger_key(to_string(key)), key);
    for (const auto* text :
         {"", "/", "1", "1/", "/cp", "0/cp", "-1/cp", "x/cp", "1 /cp", "9223372036854775808/cp"})
        EXPECT_FALSE(parse_charger_key(text)) << text;
    std::unordered_map<charger_key, int> map{{key, 1}};
    EXPECT_FALSE(map.contains({tenant_id{13}, key.charge_point})) << "one name, two tenants";
}

} // namespace
} // namespace voltlane
