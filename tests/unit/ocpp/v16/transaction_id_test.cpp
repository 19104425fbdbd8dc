#include "shared/ocpp/v16/transaction_id.hpp"

#include "unit/ocpp/v16/support.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

struct golden {
    std::int64_t tenant;
    std::string charge_point;
    std::int64_t connector;
    std::string id_tag, timestamp, meter_start;
    std::int32_t id;
    std::string key;
};

// Computed by another implementation (Python's xxhash 3.5.0). These never change: stored sessions are keyed
// by them.
TEST(transaction_id, is_frozen) {
    const std::string when = "2025-09-05T16:10:20Z";
    const std::vector<golden> vectors{
        {1, "bura", 1, "tag123", when, "0", 1739587659, "270868e5d2d98fd1be8dd531ea9455e4"},
        {1, "bura", 2, "tag123", when, "0", 1904405886, "e24f14896934acf1ab7db68e1a87805f"},
        {2, "bura", 1, "tag123", when, "0", 1494180889, "92531d3d92a60fd84139eaf0569b8e37"},
        {1, "bura", 1, "tag123", when, "1000", 1377486725, "172262f839ead89f9171214a2f3884ee"},
        {1, "bura", 1, "tag123", "2025-09-05T16:10:21Z", "0", 423647585, "80ba9b555c6f770e139a3738f20beaee"},
        {1, "burat", 1, "ag123", when, "0", 1203766605, "314b05ed5b8d0e724d783a87accf903c"},
        {1, "", 0, "", "", "", 1040374629, "6aeab202d256eac7c0aa57fd3cae2b67"},
        {INT64_MAX, "caf\xC3\xA9 #1", INT32_MIN, std::string(255, 'x'), "1970-01-01T00:00:00Z", "12.5",
         2125841007, "0d49024cacbb14b5830a9f7d78a08372"},
        {1, "bura", 1, "tag", "123", "", 229446620, "e0301395f73365931d595031d2fa7377"},
    };
    for (const auto& v : vectors) {
        const auto got = identify_start({.tenant = tenant_id(v.tenant),
                                         .charge_point = v.charge_point,
                                         .connector_id = v.connector,
                                         .id_tag = v.id_tag,
                                         .timestamp = v.timestamp,
                                         .meter_start = v.meter_start});
        EXPECT_EQ(got.id, v.id) << v.key;
        EXPECT_EQ(got.key.text(), v.key);
    }
}

TEST(transaction_id, is_the_same_for_every_spelling_of_one_start) {
    const auto first =
        object(R"({"connectorId":1,"idTag":"TAG123","meterStart":0,"timestamp":"2025-09-05T16:10:20Z"})");
    const auto again = object(
        R"({"timestamp":"2025-09-05T16:10:20Z","meterStart":0.0,"idTag":" tag123","connectorId":"1","reservationId":-1})");
    const auto a = identify_start(tenant_id(1), "bura", read_start_transaction(first));
    const auto b = identify_start(tenant_id(1), "bura", read_start_transaction(again));
    EXPECT_EQ(a.id, 1739587659);
    EXPECT_EQ(b.id, a.id);
    EXPECT_EQ(b.key, a.key);
}

TEST(transaction_id, is_positive_and_spread) {
    std::set<std::int32_t> seen;
    for (int i = 0; i < 20000; ++i) {
        const auto meter = std::to_string(i);
        const auto got = identify_start({.tenant = tenant_id(1),
                                         .charge_point = "cp",
                                         .connector_id = 1,
                                         .id_tag = "t",
                                         .timestamp = "x",
                                         .meter_start = meter});
        EXPECT_GT(got.id, 0);
        seen.insert(got.id);
    }
    EXPECT_GT(seen.size(), 19990u);
}

} // namespace
} // namespace voltlane::ocpp::v16
