#include "shared/store/accounts.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/session_views.hpp"
#include "shared/store/visible.hpp"
#include "support/test_database.hpp"

#include <random>
#include <set>

#include <gtest/gtest.h>

// The SQL behind lists says of every row what the pure functions say.
namespace voltlane::store {
namespace {

using testing::test_database;

constexpr int tenant_count = 3;
constexpr int points_per_tenant = 12;

class visibility_rows : public ::testing::Test {
protected:
    visibility_rows() : db(scratch.settings(pg::role::api)) {
        for (int n = 1; n <= tenant_count; ++n) {
            const auto id = scratch.value("insert into tenants (name, url_key) values ('t', lpad('" +
                                          std::to_string(n) + "', 32, 'a')) returning id");
            tenants.emplace_back(std::stoll(id));
        }
        // For each tenant and for none a user and a super_admin (of none: must not happen, and is harmless).
        for (int n = 0; n <= tenant_count; ++n)
            for (const auto role : {domain::role::user, domain::role::super_admin})
                callers.push_back(
                    make_caller(n == 0 ? std::nullopt : std::optional(tenants[std::size_t(n - 1)]), role));
    }

    domain::caller make_caller(std::optional<tenant_id> tenant, domain::role role) {
        new_account a;
        a.username = "u" + std::to_string(callers.size());
        a.email = a.username + "@example.com";
        a.tenant = tenant;
        a.role = role;
        const auto id = db.run([&](pg::transaction& t) { return insert_account(t, a); });
        return {id, tenant, role};
    }
    bool chance(int in) { return std::uniform_int_distribution<int>(1, in)(random) == 1; }

    // Charge points of every kind, with prices and grants strewn over them; some are deleted, some prices
    // have ended.
    void strew() {
        for (const auto tenant : tenants)
            for (int n = 0; n < points_per_tenant; ++n)
                add_point(tenant, n);
    }
    void add_point(tenant_id tenant, int n) {
        const bool is_private = chance(2), deleted = chance(6);
        const auto name = "'cp" + std::to_string(n) + "'";
        const auto id = scratch.value("insert into charge_points (tenant_id, canonical_id, identity, name, "
                                      "access_type, deleted_at) values (" +
                                      std::to_string(tenant()) + ", " + name + ", " + name + ", " + name +
                                      ", '" + (is_private ? "private" : "public") + "', " +
                                      (deleted ? "now()" : "null") + ") returning id");
        for (const auto& who : callers) {
            domain::charge_point_facts facts{tenant, is_private, chance(3), chance(3)};
            const auto account = std::to_string(who.account());
            if (facts.granted)
                scratch.exec("insert into charge_point_grants (charge_point_id, account_id) values (" + id +
                             ", " + account + ")");
            if (facts.priced || chance(3))
                scratch.exec(
                    "insert into prices (charge_point_id, account_id, price_per_kwh, valid_from, valid_to) "
                    "values (" +
                    id + ", " + account + ", 1, now() - interval '1 day', " +
                    (facts.priced ? "null" : "now()") + ")");
            if (!deleted && domain::sees_charge_point(who, facts))
                expected[who.account].insert(std::to_string(tenant()) + "~cp" + std::to_string(n));
        }
    }

    test_database scratch;
    pg::database db;
    std::mt19937 random{20250905};
    std::vector<tenant_id> tenants;
    std::vector<domain::caller> callers;
    std::map<account_id, std::set<std::string>> expected; // `<tenant>~<id>` by caller
};

TEST_F(visibility_rows, lists_and_details_hold_what_the_rules_say_and_nothing_else) {
    strew();
    std::size_t seen = 0;
    for (const auto& who : callers) {
        SCOPED_TRACE("account " + std::to_string(who.account()));
        std::set<std::string> listed;
        std::map<std::string, int> by_id;
        for (const auto& c : db.run([&](pg::transaction& t) { return list_charge_points(t, who); })) {
            EXPECT_TRUE(listed.insert(std::to_string(c.tenant()) + "~" + c.canonical_id).second)
                << "listed twice";
            ++by_id[c.canonical_id];
        }
        EXPECT_EQ(listed, expected[who.account]);
        seen += listed.size();
        for (const auto tenant : tenants) {
            for (int n = 0; n < points_per_tenant; ++n) {
                const auto id = "cp" + std::to_string(n);
                const auto name = std::to_string(tenant()) + "~" + id;
                const auto found =
                    db.run([&](pg::transaction& t) { return find_charge_point(t, who, name); });
                const auto place =
                    db.run([&](pg::transaction& t) { return locate_charge_point(t, who, name); });
                EXPECT_EQ(found.has_value(), listed.contains(name)) << name;
                EXPECT_EQ(place.has_value(), listed.contains(name)) << name;
                if (!found || !place) continue;
                // Its own tenant's needs no long form, whatever strangers have let it see.
                EXPECT_EQ(found->shared_id, by_id[id] > 1 && who.tenant != tenant) << name;
                EXPECT_EQ(found->key(), place->key());
                EXPECT_EQ(found->id, place->id);
                const auto by_short =
                    db.run([&](pg::transaction& t) { return find_charge_point(t, who, id); });
                const auto own =
                    who.tenant ? std::to_string((*who.tenant)()) + "~" + id : std::string("none");
                EXPECT_EQ(by_short.has_value(), by_id[id] == 1 || listed.contains(own))
                    << name << " by its id alone";
                if (by_short && by_id[id] > 1) {
                    EXPECT_EQ(by_short->tenant, who.tenant);
                    EXPECT_FALSE(by_short->shared_id);
                }
                const auto place_by_short =
                    db.run([&](pg::transaction& t) { return locate_charge_point(t, who, id); });
                ASSERT_EQ(place_by_short.has_value(), by_short.has_value());
                if (by_short) EXPECT_EQ(place_by_short->id, by_short->id);
            }
        }
    }
    EXPECT_GT(seen, 60U) << "the strewn rows are worth a test";
}

TEST_F(visibility_rows, sessions_are_listed_as_the_rules_say) {
    std::set<std::pair<std::int64_t, std::int64_t>> rows; // by caller, of session
    for (const auto tenant : tenants) {
        const auto point =
            scratch.value("insert into charge_points (tenant_id, canonical_id, identity, name) values (" +
                          std::to_string(tenant()) + ", 'cp', 'cp', 'cp') returning id");
        for (std::size_t n = 0; n <= callers.size(); ++n) {
            domain::session_facts facts{tenant, {}};
            if (n < callers.size()) facts.owner = callers[n].account;
            const auto owner = facts.owner ? std::to_string((*facts.owner)()) : "null";
            const auto id = std::stoll(scratch.value(
                "insert into sessions (tenant_id, charge_point_id, transaction_key, connector_id, "
                "account_id, state, started_at, start_received_at) values (" +
                std::to_string(tenant()) + ", " + point + ", '1', 1, " + owner +
                ", 'open', now(), now()) returning id"));
            for (const auto& who : callers)
                if (domain::sees_session(who, facts)) rows.emplace(who.account(), id);
        }
    }
    std::set<std::pair<std::int64_t, std::int64_t>> listed;
    for (const auto& who : callers) {
        std::vector<pg::parameter> parameters;
        const auto where = visible_to(who, "s.tenant_id", "s.owner_id", parameters);
        const auto found = db.run([&](pg::transaction& t) {
            return t.exec_composed("select s.id from sessions s where " + where, parameters);
        });
        for (const auto& r : found)
            listed.emplace(who.account(), pg::get<std::int64_t>(r[0]));
        for (const auto& r : scratch.exec("select id from sessions")) {
            const auto id = pg::get<std::int64_t>(r[0]);
            const auto one = db.run([&](pg::transaction& t) { return find_session(t, who, session_id(id)); });
            EXPECT_EQ(one.has_value(), rows.contains({who.account(), id}));
        }
    }
    EXPECT_EQ(listed, rows);
}

} // namespace
} // namespace voltlane::store
