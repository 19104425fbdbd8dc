#include "shared/store/request_rates.hpp"

#include "shared/base/clock.hpp"
#include "support/test_database.hpp"

#include <future>
#include <map>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono_literals;
using testing::test_database;

const timestamp noon = timestamp(std::chrono::sys_days(std::chrono::year(2026) / 5 / 17)) + 12h;
constexpr std::int64_t minute = 60;

class request_rates : public ::testing::Test {
protected:
    request_rates() : db(scratch.settings(pg::role::api)) {}

    std::map<std::string, rate_sum> add(const std::vector<rate_growth>& all) {
        std::map<std::string, rate_sum> by_key;
        for (auto& s : db.run([&](pg::transaction& t) { return add_rates(t, all, minute); }))
            by_key[s.key] = s;
        return by_key;
    }

    test_database scratch;
    pg::database db;
};

TEST_F(request_rates, sums_what_all_pods_counted) {
    EXPECT_EQ(add({{"a", noon, 3}, {"b", noon, 1}}).at("a").used, 3);
    const auto sums = add({{"b", noon, 4}, {"c", noon, 7}});
    EXPECT_EQ(sums.size(), 2U);
    EXPECT_EQ(sums.at("b").used, 5);
    EXPECT_EQ(sums.at("c").used, 7);
    EXPECT_TRUE(add({}).empty());
}

TEST_F(request_rates, brings_the_window_before_with_it) {
    add({{"a", noon, 3}, {"b", noon - 2min, 9}});
    const auto sums = add({{"a", noon + 1min, 4}, {"b", noon, 1}});
    EXPECT_EQ(sums.at("a").used, 4);
    EXPECT_EQ(sums.at("a").before, 3);
    EXPECT_EQ(sums.at("b").before, 0) << "two windows ago";
}

TEST_F(request_rates, forgets_old_windows) {
    const auto now = std::chrono::floor<std::chrono::minutes>(system_clock().now());
    add({{"a", now - 5min, 3}, {"b", now, 1}, {"c", now + 2h, 9}}); // the last: of a clock that was ahead
    EXPECT_EQ(db.run([](pg::transaction& t) { return purge_rates(t, 4min); }), 2);
    EXPECT_EQ(add({{"a", now - 5min, 1}}).at("a").used, 1);
    EXPECT_EQ(add({{"b", now, 1}}).at("b").used, 2);
    EXPECT_EQ(add({{"c", now + 2h, 1}}).at("c").used, 1);
}

TEST_F(request_rates, pods_that_share_the_same_keys_at_once_lose_nothing) {
    constexpr int pods = 4;
    constexpr int rounds = 50;
    constexpr int keys = 40;
    std::vector<std::future<void>> running;
    for (int pod = 0; pod < pods; ++pod)
        running.push_back(std::async(std::launch::async, [this, pod] {
            pg::database own(scratch.settings(pg::role::api));
            for (int round = 0; round < rounds; ++round) {
                std::vector<rate_growth> all; // each pod in an order of its own
                for (int k = 0; k < keys; ++k)
                    all.push_back({"key" + std::to_string((k * 7 + pod * 13) % keys), noon, 1});
                own.run([&](pg::transaction& t) { return add_rates(t, all, minute); });
            }
        }));
    for (auto& r : running)
        r.get();
    EXPECT_EQ(scratch.value("select count(*) from request_rates"), std::to_string(keys));
    EXPECT_EQ(scratch.value("select min(used) from request_rates"), std::to_string(pods * rounds));
    EXPECT_EQ(scratch.value("select max(used) from request_rates"), std::to_string(pods * rounds));
}

} // namespace
} // namespace voltlane::store
