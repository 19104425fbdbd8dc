#include "shared/pg/database.hpp"

#include "support/test_database.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace voltlane::pg {
namespace {

using testing::test_database;

constexpr statement echo_text{"test.echo",
                              "select x from unnest($1::text[]) with ordinality as t(x, n) order by n"};
constexpr statement types{
    "test.types",
    "select $1::boolean, $2::bigint, $3::numeric, $4::timestamptz, $5::text, $6::bytea, $7::text"};

TEST(database, returns_text_arrays_as_they_were_sent) {
    const test_database scratch(false);
    database db(scratch.settings());
    const std::vector<std::string> sent{"",    "NULL",       "null",          "a,b",
                                        "{x}", "say \"hi\"", R"(back\slash)", R"(\")",
                                        " b ", "\n\t",       "Zürich ⚡",     "'; drop table x; --"};
    array a;
    for (const auto& s : sent)
        a.add(s);
    a.add_null();
    const auto got = db.read([&](transaction& t) { return t.exec(echo_text, {a}); });
    ASSERT_EQ(got.size(), sent.size() + 1);
    for (std::size_t i = 0; i < sent.size(); ++i)
        EXPECT_EQ(get<std::string>(got[static_cast<rows::size_type>(i)][0]), sent[i]);
    EXPECT_TRUE(got.back()[0].is_null());
}

TEST(database, carries_every_type_both_ways) {
    const test_database scratch(false);
    database db(scratch.settings());
    const timestamp at{std::chrono::microseconds{1'757'088'620'123'456}};
    const auto r = db.read([&](transaction& t) {
        return t.exec(types,
                      {true, std::int64_t{-7}, price{-12'500}, at, "text", bytea_text("\x01\xff"), nullptr});
    });
    EXPECT_TRUE(get<bool>(r[0][0]));
    EXPECT_EQ(get<std::int64_t>(r[0][1]), -7);
    EXPECT_EQ(get<price>(r[0][2]), price{-12'500});
    EXPECT_EQ(get<timestamp>(r[0][3]), at);
    EXPECT_EQ(get<std::string>(r[0][4]), "text");
    EXPECT_EQ(bytea(r[0][5]), "\x01\xff");
    EXPECT_EQ(opt<std::string>(r[0][6]), std::nullopt);
    EXPECT_THROW(get<std::string>(r[0][6]), failure);
    EXPECT_THROW(get<std::int64_t>(r[0][4]), std::exception);
}

TEST(database, has_its_roles_limits) {
    const test_database scratch(false);
    database db(scratch.settings(role::worker));
    const auto show = [&](const std::string& what) {
        return db.read(
            [&](transaction& t) { return get<std::string>(t.exec_composed("show " + what)[0][0]); });
    };
    EXPECT_EQ(show("idle_in_transaction_session_timeout"), "5s");
    EXPECT_EQ(show("lock_timeout"), "8s");
    EXPECT_EQ(show("timezone"), "UTC");
}

TEST(database, commits_what_returns_and_rolls_back_what_throws) {
    const test_database scratch(false);
    database db(scratch.settings());
    db.run([](transaction& t) { t.exec_script("create table x (n integer unique)"); });
    db.run([](transaction& t) { t.exec_script("insert into x values (1)"); });
    EXPECT_THROW(db.run([](transaction& t) {
        t.exec_script("insert into x values (2)");
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(scratch.value("select count(*) from x"), "1");
    try {
        db.run([](transaction& t) { t.exec_script("insert into x values (1)"); });
        FAIL() << "a second 1 was taken";
    } catch (const failure& f) {
        EXPECT_EQ(f.kind(), failure_kind::conflict);
    }
    try {
        db.read([](transaction& t) { t.exec_script("insert into x values (3)"); });
        FAIL() << "a reading transaction wrote";
    } catch (const failure& f) {
        EXPECT_EQ(f.sqlstate(), "25006");
    }
}

TEST(database, undoes_a_nested_part_alone) {
    const test_database scratch(false);
    database db(scratch.settings());
    db.run([](transaction& t) {
        t.exec_script("create table x (n integer unique)");
        t.exec_script("insert into x values (1)");
        EXPECT_THROW(t.nested([&] { t.exec_script("insert into x values (1)"); }), failure);
        t.nested([&] { t.exec_script("insert into x values (2)"); });
    });
    EXPECT_EQ(scratch.value("select string_agg(n::text, ',' order by n) from x"), "1,2");
}

TEST(database, repeats_the_loser_of_a_deadlock) {
    const test_database scratch(false);
    scratch.exec("create table x (id integer primary key, n integer not null)");
    scratch.exec("insert into x values (1, 0), (2, 0)");
    std::atomic<int> begun = 0;
    const auto swap = [&](int first, int second) {
        database db(scratch.settings());
        int attempts = 0;
        db.run([&](transaction& t) {
            t.exec_composed("update x set n = n + 1 where id = $1", {first});
            if (++attempts == 1) {
                ++begun;
                while (begun < 2)
                    std::this_thread::yield();
            }
            t.exec_composed("update x set n = n + 1 where id = $1", {second});
        });
    };
    std::thread other([&] { swap(2, 1); });
    swap(1, 2);
    other.join();
    EXPECT_EQ(scratch.value("select sum(n) from x"), "4");
}

TEST(database, uses_a_new_connection_after_the_old_one_was_killed) {
    const test_database scratch(false);
    database db(scratch.settings());
    const auto pid = [&] {
        return db.read(
            [](transaction& t) { return get<int>(t.exec_composed("select pg_backend_pid()")[0][0]); });
    };
    const int first = pid();
    scratch.exec("select pg_terminate_backend(" + std::to_string(first) + ")");
    const int second = pid();
    EXPECT_NE(second, first);
    EXPECT_EQ(pid(), second);
}

TEST(database, that_is_away_is_unavailable_and_not_dialled_by_every_caller) {
    database db({"postgresql://nobody@127.0.0.1:1/nothing", role::worker, "test"});
    for (int i = 0; i < 3; ++i) {
        try {
            db.read([](transaction&) { return 1; });
            FAIL() << "there is no such server";
        } catch (const failure& f) {
            EXPECT_EQ(f.kind(), failure_kind::unavailable);
        }
    }
}

TEST(migrations, are_applied_once_and_guarded) {
    const test_database scratch(false);
    database db(scratch.settings(role::admin));
    std::vector<migration> all{{1, "0001_a", "create table a ()", "sum1"}};
    EXPECT_NE(db.read([](transaction& t) { return check_schema(t); }), "");
    EXPECT_EQ(migrate(db, all).applied, std::vector<std::string>{"0001_a"});
    EXPECT_TRUE(migrate(db, all).applied.empty());
    EXPECT_EQ(db.read([](transaction& t) { return applied_version(t); }), 1);

    auto changed = all;
    changed[0].checksum = "another";
    EXPECT_NE(migrate(db, changed).refused.find("0001_a was changed"), std::string::npos);

    all.push_back({2, "0002_b", "create table b ()", "sum2"});
    EXPECT_EQ(migrate(db, all).applied, std::vector<std::string>{"0002_b"});
    all.pop_back();
    EXPECT_NE(migrate(db, all).refused.find("unknown here"), std::string::npos);

    // A failing one leaves nothing behind.
    all.push_back({2, "0002_b", "create table b ()", "sum2"});
    all.push_back({3, "0003_c", "create table c (); select no_such_column", "sum3"});
    EXPECT_THROW(migrate(db, all), failure);
    EXPECT_EQ(scratch.value("select to_regclass('c')"), "null");
}

TEST(migrations, of_this_repository_are_what_this_program_needs) {
    const test_database scratch;
    database db(scratch.settings());
    EXPECT_EQ(db.read([](transaction& t) { return check_schema(t); }), "");
}

} // namespace
} // namespace voltlane::pg
