#include "shared/store/charge_point_ids.hpp"
#include "shared/store/command_rows.hpp"
#include "shared/store/meter_values.hpp"
#include "shared/store/offsets.hpp"
#include "shared/store/session_columns.hpp"
#include "shared/store/session_loading.hpp"
#include "shared/store/session_writing.hpp"
#include "shared/store/station_rows.hpp"
#include "support/test_database.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono;
using testing::test_database;

class worker_rows : public ::testing::Test {
protected:
    worker_rows() : db(scratch.settings()) {
        tenant = std::stoll(
            scratch.value("insert into tenants (name, url_key) values ('t', repeat('a', 32)) returning id"));
        std::vector<charge_point_ref> refs{{{tenant_id{tenant}, "bura"}, "BURA"}};
        db.run([&](pg::transaction& t) { ensure_charge_points(t, refs); });
        state.key = refs[0].key;
        state.charge_point = refs[0].id;
    }

    domain::session full_session() const {
        const timestamp at = sys_days{year{2025} / September / 5} + hours{16};
        domain::session s;
        s.identity_hash = std::string(32, 'a');
        s.occurrence = 2;
        s.protocol = "ocpp1.6";
        s.connector = 1;
        s.transaction_key = "77";
        s.id_tag = "Tag \"1\", {x}\\";
        s.id_tag_folded = "tag";
        s.tag_status = "Accepted";
        s.tag_account = account_id{5};
        s.started_by = account_id{6};
        s.user_type = "student";
        s.vouched_by = "cmd";
        s.started_at = cut_to_seconds(at);
        s.started_at_text = "2025-09-05T16:00:00Z";
        s.start_received_at = at + microseconds{1};
        s.start_epoch = {1, 100};
        s.ended_at = cut_to_seconds(at + seconds{45});
        s.ended_at_text = "later";
        s.end_received_at = at + seconds{46};
        s.end_epoch = {2, 7};
        s.end_limit = cut_to_seconds(at + seconds{44});
        s.end = domain::end_kind::superseded;
        s.stop_reason = "superseded";
        s.stop_signature = "sig";
        s.previous_stop = "before";
        s.meter_start = 1;
        s.meter_start_text = "0.001";
        s.meter_stop = 2;
        s.meter_stop_text = "x";
        s.meter.from = domain::meter_track::source::phases;
        s.meter.first = 3;
        s.meter.first_at = at;
        s.meter.last = 4;
        s.meter.last_at = at + seconds{1};
        s.meter.carried = 5;
        s.meter.resets = 6;
        s.meter.phases = {7, std::nullopt, 9};
        s.energy_wh = 192;
        s.prices = {price{500'000}, std::nullopt};
        s.total = money{99'125};
        s.review = domain::review_reason::none;
        s.flags = domain::start_trusted | domain::operator_decided;
        s.updated_at = at + seconds{46};
        return s;
    }

    test_database scratch;
    pg::database db;
    std::int64_t tenant = 0;
    domain::charger_state state;
};

TEST_F(worker_rows, bring_a_session_back_as_it_was) {
    auto written = full_session();
    auto* pointer = &written;
    const domain::charger_state* owner = &state;
    db.run([&](pg::transaction& t) { insert_sessions(t, {&pointer, 1}, {&owner, 1}); });
    ASSERT_GT(written.id(), 0);

    domain::load_request request;
    request.identity_hashes = {written.identity_hash};
    const fold_load load{&state, request};
    db.run([&](pg::transaction& t) { load_sessions(t, {&load, 1}); });
    ASSERT_EQ(state.sessions.size(), 1u);
    const auto& read = *state.sessions[0];
    for (const auto& c : session_columns()) {
        pg::array a, b;
        c.put(written, a);
        c.put(read, b);
        EXPECT_EQ(a.literal(), b.literal()) << c.name;
    }
    EXPECT_EQ(read.meter, written.meter);
    EXPECT_EQ(read.id, written.id);

    // And an update changes every column.
    domain::session other;
    other.id = written.id;
    other.started_at = written.started_at;
    const domain::session* changed = &other;
    db.run([&](pg::transaction& t) { update_sessions(t, {&changed, 1}); });
    EXPECT_EQ(scratch.value(
                  "select concat_ws(' ', state, identity_hash is null, meter_l1 is null, energy_wh, flags) "
                  "from sessions"),
              "open t t 0 0");
}

TEST_F(worker_rows, answer_every_kind_of_request) {
    std::vector<domain::session> sessions(4);
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        sessions[i].transaction_key = std::to_string(i);
        sessions[i].identity_hash = i == 3 ? "" : std::string(32, static_cast<char>('a' + i));
        sessions[i].started_at = sys_days{year{2025} / 1 / 1} + hours{i};
        if (i != 0) {
            sessions[i].end = domain::end_kind::stopped;
            sessions[i].ended_at = sessions[i].started_at;
        }
    }
    sessions[3].transaction_key.clear(); // an orphan
    std::vector<domain::session*> pointers;
    for (auto& s : sessions)
        pointers.push_back(&s);
    const std::vector<const domain::charger_state*> owners(4, &state);
    db.run([&](pg::transaction& t) { insert_sessions(t, pointers, owners); });

    const auto loaded = [&](domain::load_request request) {
        domain::charger_state fresh;
        fresh.key = state.key;
        fresh.charge_point = state.charge_point;
        const fold_load load{&fresh, std::move(request)};
        db.run([&](pg::transaction& t) { load_sessions(t, {&load, 1}); });
        std::vector<std::int64_t> ids;
        for (const auto& s : fresh.sessions)
            ids.push_back(s->id() - sessions[0].id());
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    using ids = std::vector<std::int64_t>;
    EXPECT_EQ(loaded({.open_sessions = true}), (ids{0}));
    EXPECT_EQ(loaded({.identity_hashes = {std::string(32, 'b')}}), (ids{1}));
    EXPECT_EQ(loaded({.transaction_keys = {"2", "0"}}), (ids{0, 2}));
    EXPECT_EQ(loaded({.ids = {sessions[1].id, session_id{999'999}}}), (ids{1}));
    EXPECT_EQ(loaded({.recent = true}), (ids{0, 1, 2, 3}));
    EXPECT_EQ(loaded({.keyless_orphans_since = timestamp(sys_days{year{2025} / 1 / 1})}), (ids{3}));
    EXPECT_EQ(loaded({.keyless_orphans_since = timestamp(sys_days{year{2025} / 1 / 2})}), ids{});
    EXPECT_THROW(loaded({.decision_ids = {"no uuid"}}), pg::failure);
}

TEST_F(worker_rows, give_the_price_rows_that_were_in_force) {
    const auto id = std::to_string(state.charge_point);
    scratch.exec(
        "insert into accounts (username, email, role, password_hash) values ('u', 'u@e', 'user', '')");
    const auto account = scratch.value("select id from accounts");
    scratch.exec("insert into prices (charge_point_id, account_id, user_type, price_per_kwh, valid_from, "
                 "valid_to) values "
                 "(" +
                 id + ", null, null, 1, '2025-01-01', '2025-02-01'), (" + id +
                 ", null, null, 2, '2025-02-01', null), "
                 "(" +
                 id + ", " + account + ", null, 3, '2025-01-01', null), (" + id +
                 ", null, 'student', 4, '2025-01-01', null)");
    const auto prices = [&](year_month_day at, std::vector<account_id> accounts,
                            std::vector<std::string> types) {
        price_load load{&state, {std::move(accounts), std::move(types), sys_days{at}, sys_days{at}}, {}};
        db.run([&](pg::transaction& t) { load_prices(t, {&load, 1}); });
        std::vector<std::int64_t> found;
        for (const auto& r : load.rows)
            found.push_back(r.prices.per_kwh->units / 1000);
        std::sort(found.begin(), found.end());
        return found;
    };
    using list = std::vector<std::int64_t>;
    EXPECT_EQ(prices(year{2025} / 1 / 15, {}, {}), (list{1}));
    EXPECT_EQ(prices(year{2025} / 2 / 1, {}, {}), (list{2}));
    EXPECT_EQ(prices(year{2025} / 3 / 1, {account_id{std::stoll(account)}}, {"student"}), (list{2, 3, 4}));
    EXPECT_EQ(prices(year{2024} / 3 / 1, {}, {}), list{});
}

TEST_F(worker_rows, create_charge_points_once_when_many_pools_meet_them) {
    std::vector<std::thread> pools;
    std::atomic<int> created = 0;
    for (int i = 0; i < 4; ++i) {
        pools.emplace_back([&] {
            std::vector<charge_point_ref> refs;
            for (int n = 0; n < 50; ++n)
                refs.push_back({{tenant_id{tenant}, "cp" + std::to_string((n * 7) % 50)}, {}});
            pg::database own(scratch.settings());
            own.run([&](pg::transaction& t) { ensure_charge_points(t, refs); });
            for (const auto& r : refs) {
                EXPECT_GT(r.id, 0);
                created += r.created;
            }
        });
    }
    for (auto& p : pools)
        p.join();
    EXPECT_EQ(created, 50);
    EXPECT_EQ(scratch.value("select count(*) from charge_points"), "51");
    EXPECT_EQ(scratch.value("select count(*) from outbox where topic = 'csms.directory'"), "51");
}

TEST_F(worker_rows, move_a_position_only_from_where_it_stands) {
    const offset_place place{"pool", "topic", 3, 1};
    const partition_start start{3, 10};
    db.run([&](pg::transaction& t) {
        EXPECT_EQ(claim_offsets(t, place, {&start, 1}).positions.at(0).offset, 10);
        EXPECT_TRUE(move_offset(t, place, 10, 20));
        EXPECT_FALSE(move_offset(t, place, 10, 30));
        EXPECT_EQ(read_offset(t, place), 20);
        const partition_start later{3, 99};
        EXPECT_EQ(claim_offsets(t, place, {&later, 1}).positions.at(0).offset, 20);
        const offset_place next{"pool", "topic", 3, 2};
        const auto claimed = claim_offsets(t, next, {&later, 1});
        EXPECT_EQ(claimed.positions.at(0).offset, 99);
        EXPECT_EQ(claimed.of_another_generation, std::vector<std::int32_t>{3});
        EXPECT_FALSE(move_offset(t, {"pool", "topic", 4, 1}, 0, 1));
        forget_offset(t, place, 10); // somebody moved it meanwhile
        EXPECT_EQ(read_offset(t, place), 20);
        forget_offset(t, place, 20);
        EXPECT_EQ(read_offset(t, place), std::nullopt);
    });
}

TEST_F(worker_rows, keep_generations_of_logs) {
    db.run([&](pg::transaction& t) {
        EXPECT_EQ(log_generation(t, "x"), std::nullopt);
        EXPECT_EQ(raise_generation(t, "x"), 1);
        EXPECT_EQ(raise_generation(t, "x"), 2);
        EXPECT_EQ(log_generation(t, "x"), 2);
    });
}

TEST_F(worker_rows, of_meter_values_lie_in_their_months) {
    const timestamp now = sys_days{year{2025} / November / 30};
    db.run([&](pg::transaction& t) {
        EXPECT_EQ(make_partitions(t, now),
                  (std::vector<std::string>{"meter_values_2025_11", "meter_values_2025_12",
                                            "meter_values_2026_01"}));
        EXPECT_TRUE(make_partitions(t, now).empty());
    });
    domain::meter_row row;
    row.charger = &state;
    row.measurand = "Voltage";
    row.value = "230.1";
    std::vector<domain::meter_row> rows;
    for (const auto at : {timestamp(sys_days{year{2025} / 11 / 1}), timestamp(sys_days{year{2026} / 1 / 31}),
                          timestamp(sys_days{year{2020} / 1 / 1})}) {
        row.received_at = row.at = at;
        rows.push_back(row);
    }
    db.run([&](pg::transaction& t) {
        insert_meter_values(t, rows);
        insert_meter_values(t, rows); // a replay
    });
    EXPECT_EQ(scratch.value(
                  "select string_agg(tableoid::regclass::text, ',' order by received_at) from meter_values"),
              "meter_values_default,meter_values_2025_11,meter_values_2026_01");
    db.run([&](pg::transaction& t) {
        EXPECT_TRUE(drop_partitions(t, sys_days{year{2025} / 11 / 30}).empty());
        EXPECT_EQ(drop_partitions(t, sys_days{year{2025} / 12 / 1}),
                  std::vector<std::string>{"meter_values_2025_11"});
    });
    EXPECT_EQ(scratch.value("select count(*) from meter_values"), "2");
    const timestamp oldest = sys_days{year{2025} / 12 / 1};
    db.run([&](pg::transaction& t) {
        EXPECT_EQ(delete_old_default_rows(t, sys_days{year{2020} / 1 / 1}, 10), 0u);
        EXPECT_EQ(delete_old_default_rows(t, oldest, 10), 1u);
        EXPECT_EQ(delete_old_default_rows(t, oldest, 10), 0u);
    });
    EXPECT_EQ(scratch.value("select count(*) from meter_values"), "1");
}

TEST_F(worker_rows, partitions_do_not_wait_for_writers) {
    pg::connection writer(scratch.settings());
    pg::transaction open(writer, pg::access::read_write);
    open.exec_composed("lock table meter_values in row exclusive mode");
    const auto begun = steady_clock::now();
    try {
        db.run([&](pg::transaction& t) { make_partitions(t, sys_days{year{2025} / November / 30}); });
        FAIL() << "the lock was to be had";
    } catch (const pg::failure& f) {
        EXPECT_EQ(f.sqlstate(), "55P03");
    }
    EXPECT_LT(steady_clock::now() - begun, 4s); // not the role's 8 s
    // The limit was that transaction's alone.
    EXPECT_EQ(db.read([](pg::transaction& t) {
        return pg::get<std::string>(t.exec_composed("show lock_timeout")[0][0]);
    }),
              "8s");
}

TEST_F(worker_rows, past_retention_go_a_few_at_a_time) {
    const auto id = std::to_string(state.charge_point);
    scratch.exec("insert into station_notices (charge_point_id, generation, epoch, seq, received_at, kind) "
                 "select " +
                 id +
                 ", 1, 1, n, '2025-01-01'::timestamptz + n * interval '1 day', 'k' from "
                 "generate_series(0, 9) n");
    scratch.exec(
        "insert into accounts (username, email, role, password_hash) values ('u', 'u@e', 'user', '')");
    scratch.exec(
        "insert into commands (id, tenant_id, charge_point_id, account_id, action, params, deadline, "
        "created_at, state, ended_at) select gen_random_uuid(), " +
        std::to_string(tenant) + ", " + id +
        ", (select id from accounts), 'Reset', '{}', now(), '2025-01-01'::timestamptz + n * interval "
        "'1 day', case when n = 0 then 'queued' else 'expired' end, case when n > 0 then now() end "
        "from generate_series(0, 9) n");
    const timestamp oldest = sys_days{year{2025} / 1 / 6};
    db.run([&](pg::transaction& t) {
        EXPECT_EQ(delete_old_notices(t, oldest, 3), 3u);
        EXPECT_EQ(delete_old_notices(t, oldest, 3), 2u);
        EXPECT_EQ(delete_old_notices(t, oldest, 3), 0u);
        EXPECT_EQ(delete_old_commands(t, oldest, 3), 3u);
        EXPECT_EQ(delete_old_commands(t, oldest, 3), 1u);
    });
    EXPECT_EQ(scratch.value("select min(seq) || ' ' || count(*) from station_notices"), "5 5");
    EXPECT_EQ(scratch.value("select string_agg(state, ',' order by created_at) from commands"),
              "queued,expired,expired,expired,expired,expired");
}

TEST_F(worker_rows, of_rollups_are_summed_and_taken_back) {
    domain::rollup_delta d;
    d.tenant = tenant_id{tenant};
    d.day = sys_days{year{2025} / 9 / 5};
    d.sessions = 1;
    d.energy_wh = 192;
    d.total_units = 99'125;
    auto back = d;
    back.sessions = -1;
    back.energy_wh = -192;
    back.total_units = -99'125;
    db.run([&](pg::transaction& t) {
        const std::vector<domain::rollup_delta> twice{d, d};
        add_rollups(t, twice, 3);
        add_rollups(t, {&d, 1}, 4);
        add_rollups(t, {&back, 1}, 3);
    });
    EXPECT_EQ(scratch.value(
                  "select string_agg(concat_ws(' ', day, account_id, shard, sessions, energy_wh, total), ',' "
                  "order by shard) from session_rollups"),
              "2025-09-05 0 3 1 192 99.125,2025-09-05 0 4 1 192 99.125");
}

} // namespace
} // namespace voltlane::store
