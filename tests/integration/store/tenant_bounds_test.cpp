#include "shared/store/tenant_bounds.hpp"

#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using testing::test_database;

class tenant_bounds : public ::testing::Test {
protected:
    tenant_bounds() : db(scratch.settings(pg::role::api)) {
        tenant =
            db.run([](pg::transaction& t) { return insert_tenant(t, "a", std::string(32, 'a'), "hash"); });
    }
    void allow(int most) { scratch.exec("update tenants set max_charge_points = " + std::to_string(most)); }
    std::int64_t room() {
        return db.run([&](pg::transaction& t) { return charge_point_room(t, tenant); });
    }
    bool create(pg::database& by, const std::string& id) const {
        return by.run([&](pg::transaction& t) {
            return charge_point_room(t, tenant) > 0 && create_charge_point(t, {tenant, id}, id, {});
        });
    }

    test_database scratch;
    pg::database db;
    tenant_id tenant;
};

TEST_F(tenant_bounds, charge_points_count_until_they_are_deleted) {
    EXPECT_EQ(room(), 10'000);
    allow(2);
    EXPECT_TRUE(create(db, "a"));
    EXPECT_TRUE(create(db, "b"));
    EXPECT_EQ(room(), 0);
    EXPECT_FALSE(create(db, "c"));
    db.run([&](pg::transaction& t) { delete_charge_point(t, {tenant, "a"}); });
    EXPECT_EQ(room(), 1);
    EXPECT_TRUE(create(db, "c"));
    EXPECT_FALSE(create(db, "a")) << "a deleted one that comes back counts as well";
    allow(0);
    EXPECT_EQ(room(), 0) << "fewer are allowed than there are";
    EXPECT_EQ(db.run([](pg::transaction& t) { return charge_point_room(t, tenant_id(999)); }), 0);
}

TEST_F(tenant_bounds, the_last_place_is_taken_once) {
    allow(3);
    std::atomic<int> made = 0;
    std::vector<std::thread> threads;
    for (int n = 0; n < 8; ++n)
        threads.emplace_back([&, n] {
            pg::database mine(scratch.settings(pg::role::api));
            if (create(mine, "cp" + std::to_string(n))) ++made;
        });
    for (auto& t : threads)
        t.join();
    EXPECT_EQ(made, 3);
    EXPECT_EQ(scratch.value("select count(*) from charge_points"), "3");
}

} // namespace
} // namespace voltlane::store
