#include "pool_fixture.hpp"

namespace voltlane::testing {
namespace {

using workers::batch_outcome;
using namespace std::chrono_literals;

class sessions_test : public pool_test {
protected:
    // 500 per kWh and 250 per hour for everybody at the charge point, once it exists.
    void price(const std::string& charge_point) {
        database.exec("insert into prices (charge_point_id, price_per_kwh, price_per_hour, valid_from) "
                      "select id, 500, 250, '2020-01-01' from charge_points where canonical_id = '" +
                      charge_point + "'");
    }
    charger_log whole_session() {
        charger_log log(tenant);
        log.charger("bura").start("77", 'a', 1000);
        log.later(20s).meter("77", 1100);
        log.later(25s).stop("77", 1192);
        return log;
    }
};

TEST_F(sessions_test, become_rows_with_the_contracts_total) {
    auto w = sessions();
    charger_log log(tenant);
    log.charger("bura").meter("", 5);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    price("bura");
    log.start("77", 'a', 1000, account);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    log.later(20s).meter("77", 1100);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select energy_wh from sessions"), "100");
    log.later(25s).stop("77", 1192);
    ASSERT_EQ(w.work(log), batch_outcome::written);

    EXPECT_EQ(value("select concat_ws(' ', state, energy_wh, extract(epoch from ended_at - started_at)::int, "
                    "price_per_kwh, price_per_hour, total, review, owner_id is not null) from sessions"),
              "stopped 192 45 500.000 250.000 99.125  t");
    EXPECT_EQ(value("select concat_ws(' ', account_id = " + std::to_string(account) +
                    ", sessions, energy_wh, total) from session_rollups"),
              "t 1 192 99.125");
    EXPECT_EQ(
        value("select string_agg(value, ',' order by seq) from meter_values where session_id is not null"),
        "1100");
    EXPECT_EQ(
        value("select string_agg(convert_from(value, 'UTF8')::jsonb->>'kind', ',' order by id) from outbox "
              "where topic = 'csms.sessions'"),
        "started,updated,ended");
}

TEST_F(sessions_test, create_unknown_charge_points_and_tell_the_directory) {
    auto w = sessions();
    charger_log log(tenant);
    log.charger("zed").meter("", 1).charger("alfa").meter("", 1);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select string_agg(canonical_id, ',' order by id) from charge_points"), "alfa,zed");
    EXPECT_EQ(value("select string_agg(key, ',' order by id) from outbox where topic = 'csms.directory'"),
              std::to_string(tenant) + "/charge_point/alfa," + std::to_string(tenant) + "/charge_point/zed");
}

TEST_F(sessions_test, are_the_same_however_the_log_is_cut_and_replayed) {
    charger_log log(tenant);
    for (const char c : {'a', 'b', 'c'}) {
        const std::string key = std::to_string(c);
        log.charger(std::string("cp-") + c, 100 + c).start(key, c, 0);
        for (int i = 1; i <= 5; ++i)
            log.later(30s).meter(key, i * 100);
        log.later(30s).stop(key, 600);
    }
    {
        auto w = sessions();
        ASSERT_EQ(w.work(log), batch_outcome::written);
    }
    const auto expected = picture();
    ASSERT_NE(expected.find("stopped"), std::string::npos);

    // Once more from the beginning into the same tables: every event is known.
    database.exec("update consumer_offsets set position = 0");
    {
        auto w = sessions();
        for (std::size_t to = 1; to <= log.records().size(); ++to)
            ASSERT_EQ(w.work(log, to), batch_outcome::written);
    }
    EXPECT_EQ(picture(), expected);

    // Into empty tables, one event a batch, a new worker before each.
    database.exec(
        "truncate consumer_offsets, session_rollups, session_months, session_users, sessions, meter_values, "
        "charge_point_epochs, outbox");
    for (std::size_t to = 1; to <= log.records().size(); ++to) {
        auto w = sessions();
        ASSERT_EQ(w.work(log, to), batch_outcome::written);
    }
    EXPECT_EQ(picture(), expected);
}

TEST_F(sessions_test, of_a_stale_owner_have_no_effect) {
    const auto log = whole_session();
    auto stale = sessions();
    ASSERT_EQ(stale.work(log, 1), batch_outcome::written);
    auto owner = sessions();
    EXPECT_EQ(owner.position, 1);
    ASSERT_EQ(owner.work(log, 3), batch_outcome::written);
    const auto before = picture();

    EXPECT_EQ(stale.work(log, 2), batch_outcome::fenced);
    EXPECT_EQ(picture(), before);
    EXPECT_EQ(stale.metrics().fenced.Value(), 1);
    // It takes up again from the table's position, with nothing left in memory.
    stale.position = 3;
    charger_log more = log;
    more.later(60s).start("78", 'b', 1192);
    EXPECT_EQ(stale.work(more), batch_outcome::written);
    EXPECT_EQ(value("select count(*) from sessions"), "2");
}

// The counts are compared with the rows after every test; here they also had to be taken back.
TEST_F(sessions_test, that_were_a_repeat_are_counted_off_again) {
    auto w = sessions();
    const timestamp boot{5s};
    charger_log log(tenant);
    log.charger("bura").clock_says(boot).start("77", 'a', 0, account);
    log.later(1h).clock_says(boot + 1h).stop("77", 1000);
    log.charger("bura", 200).later(60s).clock_says(boot).start("77", 'a', 0, account);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select count(*) from sessions"), "2");
    const std::string counted =
        "select string_agg(sessions::text, ' ' order by scope) from (select scope, sum(sessions) as sessions "
        "from session_months group by scope) s";
    EXPECT_EQ(value(counted), "2 2 2") << "of the tenant, the account and the charge point";
    log.later(1h).clock_says(boot + 1h).stop("77", 1000);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select count(*) from sessions"), "1");
    EXPECT_EQ(value(counted), "1 1 1");
    EXPECT_EQ(value("select sum(billed) from session_months where scope = 1"), "1");
}

TEST_F(sessions_test, delivered_twice_count_once) {
    auto w = sessions();
    charger_log log = whole_session();
    // The gateway re-sent under the same ids; and later the charger repeated the stop on a new connection.
    const auto first = log.records();
    for (const auto& r : first)
        log.raw(r.key, r.value);
    log.charger("bura", 200).later(60s);
    charger_log again(tenant);
    again.charger("bura", 200).later(45s).stop("77", 1192);
    log.raw(again.records()[0].key, again.records()[0].value);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select string_agg(concat_ws(' ', state, energy_wh), ',') from sessions"), "stopped 192");
    EXPECT_EQ(value("select count(*) from meter_values"), "1");
    EXPECT_EQ(value("select sum(sessions) from session_rollups"), "1");
}

TEST_F(sessions_test, poison_goes_to_the_dead_letter_and_others_go_on) {
    auto w = sessions();
    charger_log log = whole_session();
    charger_log foreign(tenant + 1000); // no such tenant: a foreign key refuses it
    foreign.charger("ghost").meter("", 1);
    log.raw(foreign.records()[0].key, foreign.records()[0].value);
    log.raw("not json", "{\"v\":1,");
    log.raw("\xff\xfe", "\xff\xfe");
    log.charger("other").meter("", 7);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(w.position, static_cast<std::int64_t>(log.records().size()));
    EXPECT_EQ(value("select state from sessions"), "stopped");
    EXPECT_EQ(value("select count(*) from charge_points"), "2");
    EXPECT_EQ(value("select string_agg((convert_from(value, 'UTF8')::jsonb->>'offset'), ',' order by "
                    "(convert_from(value, 'UTF8')::jsonb->>'offset')::int) from outbox where topic = "
                    "'ocpp.dead-letter'"),
              "3,4,5");
    EXPECT_EQ(w.metrics().dead_letters.Value(), 3);
}

TEST_F(sessions_test, are_decided_by_operators_through_the_log) {
    auto w = sessions();
    charger_log log(tenant);
    log.charger("bura").meter("", 0);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    price("bura");
    log.start("77", 'a', 1000).later(60s).stop("77", 0); // negative energy
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', review, total is null) from sessions"), "negative_energy t");
    EXPECT_EQ(value("select count(*) from session_rollups"), "0");

    const auto id = std::stoll(value("select id from sessions"));
    log.decide("6f1f6d0e-0000-4000-8000-000000000001", id, "set_energy", 500);
    log.decide("6f1f6d0e-0000-4000-8000-000000000001", id, "set_energy", 900); // the same decision again
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', energy_wh, review, total) from sessions"), "500  254.167");
    EXPECT_EQ(value("select concat_ws(' ', sessions, energy_wh, total) from session_rollups"),
              "1 500 254.167");
    EXPECT_EQ(value("select string_agg(concat_ws(' ', action, applied), ',') from session_decisions"),
              "set_energy t");
}

TEST_F(sessions_test, end_as_abandoned_when_the_charge_point_is_deleted) {
    auto w = sessions();
    charger_log log(tenant);
    log.charger("bura").start("77", 'a', 0).later(60s).meter("77", 300).later(60s);
    log.decide("6f1f6d0e-0000-4000-8000-000000000002", 0, "abandon");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', state, energy_wh) from sessions"), "abandoned 300");
    log.later(60s).stop("77", 400); // a later stop corrects it
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', state, energy_wh) from sessions"), "stopped 400");
    EXPECT_EQ(value("select concat_ws(' ', sessions, energy_wh) from session_rollups"), "1 400");
}

TEST_F(sessions_test, of_running_chargers_cost_a_fixed_number_of_statements) {
    auto w = sessions();
    charger_log log(tenant);
    for (int i = 0; i < 50; ++i)
        log.charger("cp" + std::to_string(i)).start(std::to_string(1000 + i), 'a', 0);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    const auto statements = [&] {
        return w.db().get().statements();
    };
    const auto one_batch = [&](int chargers) {
        for (int i = 0; i < chargers; ++i)
            log.charger("cp" + std::to_string(i))
                .seq(log.records().size() + 2)
                .meter(std::to_string(1000 + i), 10);
        const auto before = statements();
        EXPECT_EQ(w.work(log), batch_outcome::written);
        return statements() - before;
    };
    one_batch(50);
    log.later(10s);
    const auto of_one = one_batch(1);
    log.later(10s);
    // Position, sessions, meter values, epochs, outbox, commit.
    EXPECT_EQ(one_batch(50), of_one);
    EXPECT_LE(of_one, 6u);
}

} // namespace
} // namespace voltlane::testing
