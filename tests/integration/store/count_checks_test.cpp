#include "shared/store/count_checks.hpp"

#include "support/test_database.hpp"

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using testing::test_database;

class count_checks : public ::testing::Test {
protected:
    count_checks() : db(scratch.settings(pg::role::worker)) {
        scratch.exec(
            "insert into tenants (name, url_key) values ('t', repeat('a', 32)), ('u', repeat('b', 32))");
        scratch.exec("insert into charge_points (tenant_id, canonical_id, identity, name) values "
                     "(1, 'cp', 'CP', 'CP')");
        scratch.exec("insert into accounts (username, email, role, password_hash) values "
                     "('ada', 'ada@example.com', 'user', 'x')");
    }

    // As somebody writes it who does not count.
    void add_session(const std::string& started_at, const std::string& state = "stopped") {
        scratch.exec("insert into sessions (tenant_id, charge_point_id, transaction_key, connector_id, "
                     "account_id, state, started_at, start_received_at, ended_at, energy_wh, total) values "
                     "(1, 1, '1', 1, 1, '" +
                     state + "', " + started_at + ", now(), " + (state == "open" ? "null" : started_at) +
                     ", 700, " + (state == "open" ? "null" : "2.5") + ")");
    }
    std::int64_t sampled() {
        return db.run([](pg::transaction& t) { return count_wrong_months(t, 10); });
    }
    wrong_counts all() {
        return db.read([](pg::transaction& t) { return find_wrong_counts(t, 2); });
    }
    void recount() {
        db.run([](pg::transaction& t) {
            recount_sessions(t);
            recount_commands(t);
        });
    }

    test_database scratch;
    pg::database db;
};

TEST_F(count_checks, a_sample_sees_what_was_not_counted_this_month) {
    EXPECT_EQ(sampled(), 0);
    add_session("date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'");
    EXPECT_EQ(sampled(), 1);
    recount();
    EXPECT_EQ(sampled(), 0);
    scratch.exec("update session_months set energy_wh = energy_wh + 1 where scope = 1");
    EXPECT_EQ(sampled(), 1);
    recount();
    scratch.exec("delete from sessions");
    EXPECT_EQ(sampled(), 1);
    // Too large a month is left alone: the statement would take too long.
    scratch.exec("update session_months set sessions = 10000000");
    EXPECT_EQ(sampled(), 0);
}

TEST_F(count_checks, a_sample_comes_to_older_months_in_time) {
    add_session("now() - interval '5 months'");
    std::int64_t found = 0;
    for (int i = 0; i < 2'000 && found == 0; ++i)
        found = sampled();
    EXPECT_EQ(found, 1);
}

TEST_F(count_checks, all_of_them_are_named_up_to_a_bound) {
    EXPECT_TRUE(all().none());
    add_session("timestamptz '2026-03-31 23:59:59Z'");
    add_session("timestamptz '2026-04-01 00:00:00Z'", "open");
    const auto found = all();
    EXPECT_EQ(found.sessions, 6) << "two months of the tenant, of the owner and of the charge point";
    EXPECT_EQ(found.examples,
              (std::vector<std::string>{"sessions of tenant 1, all, 2026-03: counted 0, really 1",
                                        "sessions of tenant 1, all, 2026-04: counted 0, really 1"}));
    recount();
    EXPECT_TRUE(all().none());
}

TEST_F(count_checks, commands_are_counted_anew) {
    scratch.exec(
        "insert into commands (id, tenant_id, charge_point_id, account_id, action, params, state, "
        "created_at, deadline) select md5(n::text)::uuid, 1, 1, 1, 'ClearCache', '{}', 'queued', now(), "
        "now() from generate_series(1, 3) n");
    EXPECT_TRUE(all().none());
    scratch.exec("update command_counts set commands = 0 where account_id = 1");
    EXPECT_EQ(all().examples,
              std::vector<std::string>{"commands of tenant 1, account 1: counted 0, really 3"});
    recount();
    EXPECT_TRUE(all().none());
}

// A batch of meter values writes the row's new version beside the old one and into no index.
TEST_F(count_checks, no_index_of_sessions_names_what_changes_while_they_run) {
    const auto indexes = [&](const std::string& columns) {
        return scratch.value("select count(*) from pg_depend d "
                             "join pg_class i on i.oid = d.objid and i.relkind = 'i' "
                             "join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid "
                             "where d.refobjid = 'sessions'::regclass and a.attname in (" +
                             columns + ")");
    };
    EXPECT_EQ(indexes("'ended_energy_wh'"), "1");
    EXPECT_EQ(indexes("'energy_wh', 'meter_last', 'meter_last_at', 'end_limit'"), "0");
}

} // namespace
} // namespace voltlane::store
