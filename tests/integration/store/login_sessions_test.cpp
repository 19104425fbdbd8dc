#include "shared/store/login_sessions.hpp"

#include "shared/store/accounts.hpp"
#include "support/test_database.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono_literals;
using testing::test_database;

class login_sessions : public ::testing::Test {
protected:
    login_sessions() : db(scratch.settings(pg::role::api)) {
        anna = account("anna");
        bert = account("bert");
    }

    account_id account(const std::string& name) {
        new_account n;
        n.username = name;
        n.email = name + "@example.com";
        n.password_hash = "x";
        return db.run([&](pg::transaction& t) { return insert_account(t, n); });
    }
    std::optional<opened_login_session> open(account_id who, const std::string& type = "website",
                                             bool managed = true) {
        new_login_session s;
        s.account = who;
        s.client_type = type;
        s.managed = managed;
        s.life = 600s;
        return db.run([&](pg::transaction& t) { return open_login_session(t, s); });
    }
    std::optional<refresh_state> state(std::int64_t session) {
        return db.run([&](pg::transaction& t) { return find_refresh_state(t, anna, session); });
    }
    timestamp rotate(std::int64_t session) {
        return db.run([&](pg::transaction& t) { return rotate_login_session(t, session, 600s); });
    }
    revoked_view revoked(timestamp since = {}) {
        return db.read([&](pg::transaction& t) { return revoked_since(t, since); });
    }
    std::string column(const std::string& name, std::int64_t session) {
        return scratch.value("select " + name + " from login_sessions where id = " + std::to_string(session));
    }

    test_database scratch;
    pg::database db;
    account_id anna, bert;
};

TEST_F(login_sessions, one_that_is_active_per_account_and_client_type) {
    const auto first = open(anna);
    ASSERT_TRUE(first);
    EXPECT_FALSE(open(anna));
    EXPECT_TRUE(open(anna, "mobile"));
    EXPECT_TRUE(open(bert));
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(open(anna, "website", false)); // plain logins are never refused
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return revoke_login_session(t, anna, first->id); }));
    const auto second = open(anna);
    ASSERT_TRUE(second);

    // Expired, it makes room, and is revoked by that.
    scratch.exec("update login_sessions set expires_at = now() - interval '1 second' where id = " +
                 std::to_string(second->id));
    EXPECT_TRUE(open(anna));
    EXPECT_EQ(column("revoked_at is not null", second->id), "t");
}

TEST_F(login_sessions, of_many_that_are_opened_at_once_one_wins) {
    std::atomic<int> won = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < 8; ++i)
        all.emplace_back([&] {
            pg::database mine(scratch.settings(pg::role::api));
            new_login_session s;
            s.account = anna;
            s.client_type = "telegram_bot";
            s.managed = true;
            s.life = 600s;
            if (mine.run([&](pg::transaction& t) { return open_login_session(t, s); })) ++won;
        });
    for (auto& t : all)
        t.join();
    EXPECT_EQ(won, 1);
}

TEST_F(login_sessions, keep_what_they_were_opened_with) {
    new_login_session s;
    s.account = anna;
    s.client_type = "telegram_bot";
    s.device_name = "Anna's \"phone\"";
    s.ip_address = "2001:db8::1";
    s.user_agent = "bot/1";
    s.telegram_user_id = 7'000'000'000;
    s.telegram_username = "anna";
    s.managed = true;
    s.life = 600s;
    const auto made = db.run([&](pg::transaction& t) { return open_login_session(t, s); });
    ASSERT_TRUE(made);
    const auto found = db.run([&](pg::transaction& t) { return find_login_session(t, anna, made->id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->client_type, "telegram_bot");
    EXPECT_EQ(found->device_name, s.device_name);
    EXPECT_EQ(found->ip_address, s.ip_address);
    EXPECT_EQ(found->user_agent, s.user_agent);
    EXPECT_EQ(found->created_at, made->opened_at);
    EXPECT_TRUE(found->is_active);
    EXPECT_EQ(found->expires_at, std::chrono::floor<std::chrono::seconds>(made->opened_at) + 600s);
    EXPECT_EQ(column("telegram_user_id", made->id), "7000000000");
    EXPECT_EQ(column("telegram_username", made->id), "anna");
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return find_login_session(t, bert, made->id); }));
    const auto later = open(anna);
    const auto all = db.run([&](pg::transaction& t) { return list_login_sessions(t, anna, 10); });
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].id, later->id);
    EXPECT_EQ(db.run([&](pg::transaction& t) { return list_login_sessions(t, anna, 1); }).size(), 1U);
}

TEST_F(login_sessions, rotate_by_the_databases_clock) {
    const auto id = open(anna)->id;
    auto s = state(id);
    ASSERT_TRUE(s);
    EXPECT_EQ(s->rotation, 0);
    EXPECT_FALSE(s->rotated_at);
    EXPECT_TRUE(s->may_login);
    scratch.exec("update login_sessions set expires_at = now() + interval '5 seconds'");
    const auto at = rotate(id);
    s = state(id);
    EXPECT_EQ(s->rotation, 1);
    EXPECT_EQ(s->rotated_at, at);
    EXPECT_EQ(s->expires_at, std::chrono::floor<std::chrono::seconds>(at) + 600s);
    EXPECT_GE(s->now, at);
    EXPECT_LT(s->now - at, 10s);
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return find_refresh_state(t, bert, id); }));

    scratch.exec("update accounts set is_active = false where username = 'anna'");
    EXPECT_FALSE(state(id)->may_login);
    scratch.exec("update accounts set is_active = true, expires_at = now() - interval '1 second'");
    EXPECT_FALSE(state(id)->may_login);
}

// Two pods with the same token: the second waits for the first and sees what it did.
TEST_F(login_sessions, a_rotation_waits_for_the_one_before) {
    const auto id = open(anna)->id;
    pg::database other(scratch.settings(pg::role::api));
    std::int64_t seen = -1;
    std::thread second;
    db.run([&](pg::transaction& t) {
        EXPECT_EQ(lock_refresh_state(t, anna, id)->rotation, 0);
        second = std::thread([&] {
            seen = other.run([&](pg::transaction& u) { return lock_refresh_state(u, anna, id)->rotation; });
        });
        while (scratch.value("select count(*) from pg_stat_activity where datname = current_database() and "
                             "wait_event_type = 'Lock'") == "0")
            std::this_thread::yield();
        rotate_login_session(t, id, 600s);
    });
    second.join();
    EXPECT_EQ(seen, 1);
}

TEST_F(login_sessions, of_an_account_end_together) {
    const auto keep = open(anna)->id, other = open(anna, "mobile")->id, plain = open(anna, "x", false)->id;
    const auto foreign = open(bert)->id;
    const auto first = db.run([&](pg::transaction& t) { return revoke_all_login_sessions(t, anna, keep); });
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].id + first[1].id, other + plain);
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return revoke_all_login_sessions(t, anna, keep); }).empty());
    const auto rest = db.run([&](pg::transaction& t) { return revoke_all_login_sessions(t, anna); });
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].id, keep);
    EXPECT_EQ(column("revoked_at is null", foreign), "t");

    const auto view = revoked();
    EXPECT_EQ(view.revoked.size(), 3U);
    EXPECT_TRUE(revoked(view.as_of).revoked.empty());
    EXPECT_EQ(revoked(view.as_of - 30s).revoked.size(), 3U);
    // The last access token may outlive the refresh token by a day.
    scratch.exec("update login_sessions set expires_at = now() - interval '23 hours' where id = " +
                 std::to_string(keep));
    EXPECT_EQ(revoked().revoked.size(), 3U);
    scratch.exec("update login_sessions set expires_at = now() - interval '25 hours' where id = " +
                 std::to_string(keep));
    EXPECT_EQ(revoked().revoked.size(), 2U);
}

TEST_F(login_sessions, say_at_most_once_a_minute_that_they_are_used) {
    const auto one = open(anna)->id, two = open(bert)->id;
    const auto note = [&](std::vector<session_activity> used) {
        db.run([&](pg::transaction& t) { note_login_activity(t, used); });
    };
    const auto fresh = column("last_activity", one);
    note({{one, 0ms}, {two, 0ms}, {999'999, 0ms}});
    EXPECT_EQ(column("last_activity", one), fresh); // opened just now
    scratch.exec("update login_sessions set last_activity = now() - interval '70 seconds'");
    note({{one, 5'000ms}, {two, 15'000ms}});
    EXPECT_EQ(column("now() - last_activity between interval '4 seconds' and interval '9 seconds'", one),
              "t");
    EXPECT_EQ(column("now() - last_activity > interval '60 seconds'", two), "t"); // 55 s after the last
    note({});
}

TEST_F(login_sessions, go_a_day_after_they_expired) {
    open(anna);
    const auto old = open(bert)->id;
    scratch.exec("update login_sessions set expires_at = now() - interval '25 hours' where id = " +
                 std::to_string(old));
    EXPECT_EQ(db.run([&](pg::transaction& t) { return purge_login_sessions(t, 24h, 5); }), 1);
    EXPECT_EQ(scratch.value("select count(*) from login_sessions"), "1");

    // So many at a time, oldest first, and past one that somebody holds.
    std::vector<std::int64_t> expired;
    for (int i = 0; i < 4; ++i) {
        expired.push_back(open(bert, "website", false)->id);
        scratch.exec("update login_sessions set expires_at = now() - interval '" + std::to_string(30 - i) +
                     " hours' where id = " + std::to_string(expired.back()));
    }
    pg::database other(scratch.settings(pg::role::api));
    db.run([&](pg::transaction& t) {
        EXPECT_TRUE(lock_refresh_state(t, bert, expired[0]));
        EXPECT_EQ(other.run([](pg::transaction& u) { return purge_login_sessions(u, 24h, 2); }), 2);
    });
    EXPECT_EQ(
        scratch.value("select string_agg(id::text, ' ' order by id) from login_sessions where account_id = " +
                      std::to_string(bert())),
        std::to_string(expired[0]) + " " + std::to_string(expired[3]));
}

TEST_F(login_sessions, their_use_is_noted_past_those_that_somebody_holds) {
    const auto one = open(anna)->id, two = open(bert)->id;
    scratch.exec("update login_sessions set last_activity = now() - interval '70 seconds'");
    pg::database other(scratch.settings(pg::role::api));
    db.run([&](pg::transaction& t) {
        EXPECT_TRUE(lock_refresh_state(t, anna, one));
        other.run([&](pg::transaction& u) { note_login_activity(u, {{two, 0ms}, {one, 0ms}}); });
    });
    EXPECT_EQ(column("now() - last_activity > interval '60 seconds'", one), "t");
    EXPECT_EQ(column("now() - last_activity < interval '10 seconds'", two), "t");
}

// A login whose password was proven before a reset: one of the two sees the other, whichever comes first.
TEST_F(login_sessions, a_reset_and_a_login_do_not_miss_each_other) {
    pg::database other(scratch.settings(pg::role::api));
    std::thread reset;
    std::vector<revoked_session> ended;
    std::int64_t made = 0;
    db.run([&](pg::transaction& t) {
        EXPECT_TRUE(confirm_password(t, anna, "x", ""));
        reset = std::thread([&] {
            ended = other.run([&](pg::transaction& u) {
                set_password(u, anna, "y");
                return revoke_all_login_sessions(u, anna);
            });
        });
        while (scratch.value("select count(*) from pg_stat_activity where datname = current_database() and "
                             "wait_event_type = 'Lock'") == "0")
            std::this_thread::yield();
        new_login_session s;
        s.account = anna;
        s.life = 600s;
        made = open_login_session(t, s)->id;
    });
    reset.join();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].id, made);
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return confirm_password(t, anna, "x", ""); }));
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return confirm_password(t, anna, "y", ""); }));
    scratch.exec("update accounts set is_active = false");
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return confirm_password(t, anna, "y", ""); }));
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return confirm_password(t, anna, "y", "z"); }));
}

TEST_F(login_sessions, a_password_is_hashed_anew_unless_it_was_changed_meanwhile) {
    const auto hash = [&] {
        return scratch.value("select password_hash from accounts where username = 'anna'");
    };
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return confirm_password(t, anna, "x", "better"); }));
    EXPECT_EQ(hash(), "better");
    db.run([&](pg::transaction& t) { set_password(t, anna, "changed"); });
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return confirm_password(t, anna, "better", "best"); }));
    EXPECT_EQ(hash(), "changed");
}

} // namespace
} // namespace voltlane::store
