#include "pool_fixture.hpp"
#include "shared/base/random.hpp"
#include "shared/events/changes.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/deliveries.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "workers/notify/chores.hpp"
#include "workers/notify/dead_delivery.hpp"
#include "workers/pools/notify_pool.hpp"

#include <sodium.h>

namespace voltlane::testing {
namespace {

using namespace std::chrono_literals;
using events::notification;
using store::claim_order;

class notify_test : public pool_test {
protected:
    notify_test() : db(database.settings()) {
        if (sodium_init() < 0) throw std::runtime_error("libsodium");
    }

    notification ask(const std::string& kind, std::string_view name,
                     std::optional<std::int64_t> whose = std::nullopt) {
        notification n;
        n.id = make_uuid();
        n.kind = kind;
        n.name = name;
        n.tenant = tenant_id{tenant};
        if (whose) n.account = account_id{*whose};
        n.ids["request"] = 7;
        n.at = system_clock().now();
        log.raw(events::notification_key(n), events::encode(n));
        return n;
    }
    notification ask_mail(std::optional<std::int64_t> whose = std::nullopt) {
        return ask("mail", notification::verify_email, whose);
    }
    std::vector<store::delivery> claim(std::string_view kind, std::int64_t most,
                                       std::chrono::milliseconds lease = 1min,
                                       claim_order order = claim_order::any) {
        return db.run(
            [&](pg::transaction& t) { return store::claim_deliveries(t, kind, order, most, lease); });
    }
    bool end(const std::string& id) {
        return db.run([&](pg::transaction& t) { return store::end_delivery(t, id); });
    }
    std::string state(const std::string& id) const {
        return value("select concat_ws(' ', state, attempts, last_error) from deliveries where id = '" + id +
                     "'");
    }

    pg::database db;
    charger_log log{tenant};
};

TEST_F(notify_test, each_notification_becomes_one_delivery) {
    worker w(database, workers::make_notify_pool());
    const auto mail = ask_mail(account);
    const auto integration = ask("integration", notification::thingsboard, account);
    log.raw("1/0", events::encode(mail)); // the relay published it twice
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(value("select count(*) from deliveries"), "2");
    log.raw("1/0", events::encode(mail)); // and once more, in a later batch
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(value("select count(*) from deliveries"), "2");
    const auto claimed = claim("mail", 10);
    ASSERT_EQ(claimed.size(), 1u);
    const auto& d = claimed[0];
    EXPECT_EQ(d.id, mail.id);
    EXPECT_EQ(d.name, "verify_email");
    EXPECT_EQ(d.tenant, tenant_id{tenant});
    EXPECT_EQ(d.account, account_id{account});
    EXPECT_EQ(d.ids, mail.ids);
    EXPECT_EQ(d.asked_at, mail.at);
    EXPECT_EQ(d.attempt, 1);
    EXPECT_EQ(d.source_partition, 0);
    EXPECT_EQ(d.source_offset, 0);
    EXPECT_EQ(claim("integration", 10).at(0).source_offset, 1);
}

TEST_F(notify_test, what_nobody_can_carry_out_goes_to_the_dead_letter) {
    worker w(database, workers::make_notify_pool());
    ask("mail", "newsletter");
    ask("fax", notification::verify_email);
    ask("integration", notification::verify_email);
    ask("mail", notification::thingsboard);
    log.raw("1/0", "{}");
    log.raw("1/0", std::string(5000, '['));
    auto strange = ask_mail();
    strange.id = "not-a-uuid'; drop table deliveries; --";
    log.raw("1/0", events::encode(strange));
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(w.metrics().dead_letters.Value(), 7);
    EXPECT_EQ(value("select count(*) from outbox where topic = 'ocpp.dead-letter'"), "7");
    EXPECT_EQ(value("select count(*) from deliveries"), "1"); // the good one among them
}

TEST_F(notify_test, a_claim_is_a_lease) {
    worker w(database, workers::make_notify_pool());
    for (int i = 0; i < 3; ++i)
        ask_mail();
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(claim("mail", 2, 1min).size(), 2u);
    EXPECT_EQ(claim("mail", 2, 0ms).size(), 1u); // a lease that is over at once
    const auto again = claim("mail", 2, 1min);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].attempt, 2);
    EXPECT_TRUE(claim("mail", 2).empty());
    EXPECT_TRUE(claim("integration", 2).empty());
}

TEST_F(notify_test, two_that_claim_at_once_get_different_ones) {
    worker w(database, workers::make_notify_pool());
    for (int i = 0; i < 4; ++i)
        ask_mail();
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    std::vector<std::string> ids;
    db.run([&](pg::transaction& t) {
        for (const auto& d : store::claim_deliveries(t, "mail", claim_order::any, 3, 1min))
            ids.push_back(d.id);
        pg::database other(database.settings()); // while the first one's rows are locked
        other.run([&](pg::transaction& u) {
            for (const auto& d : store::claim_deliveries(u, "mail", claim_order::any, 3, 1min))
                ids.push_back(d.id);
        });
    });
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids.size(), 4u);
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST_F(notify_test, an_account_has_one_at_a_time_where_order_matters) {
    worker w(database, workers::make_notify_pool());
    const auto first = ask("integration", notification::thingsboard, account);
    const auto second = ask("integration", notification::thingsboard, account);
    const auto other = ask("integration", notification::thingsboard, account + 1);
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    const auto claimed = claim("integration", 10, 0ms, claim_order::per_account);
    ASSERT_EQ(claimed.size(), 2u);
    EXPECT_TRUE(
        std::none_of(claimed.begin(), claimed.end(), [&](const auto& d) { return d.id == second.id; }));
    // The first one waits for its next attempt: so does the second.
    db.run([&](pg::transaction& t) {
        for (const auto& d : claimed)
            if (d.id == first.id) store::put_off_delivery(t, d, 1h, "no answer");
    });
    EXPECT_TRUE(end(other.id));
    EXPECT_TRUE(claim("integration", 10, 0ms, claim_order::per_account).empty());
    EXPECT_TRUE(end(first.id));
    const auto next = claim("integration", 10, 0ms, claim_order::per_account);
    ASSERT_EQ(next.size(), 1u);
    EXPECT_EQ(next[0].id, second.id);
}

TEST_F(notify_test, who_lost_its_lease_may_say_done_and_nothing_else) {
    worker w(database, workers::make_notify_pool());
    const auto n = ask_mail();
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    const auto stale = claim("mail", 1, 0ms).at(0);
    const auto fresh = claim("mail", 1, 1min).at(0);
    EXPECT_EQ(fresh.attempt, 2);
    const auto now = system_clock().now();
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return workers::bury(t, stale, "late", now); }));
    db.run([&](pg::transaction& t) { store::put_off_delivery(t, stale, 1h, "late"); });
    EXPECT_EQ(state(n.id), "due 2 ");
    EXPECT_TRUE(end(stale.id));
    EXPECT_EQ(state(n.id), "done 2 ");
    EXPECT_FALSE(end(fresh.id));
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return workers::bury(t, fresh, "late", now); }));
    EXPECT_EQ(value("select count(*) from outbox"), "0");
}

TEST_F(notify_test, a_dead_letter_holds_the_notification_and_its_place) {
    worker w(database, workers::make_notify_pool());
    log.raw("1/0", "{}");
    const auto n = ask_mail(account);
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    database.exec("delete from outbox returning 1");
    const auto d = claim("mail", 1).at(0);
    EXPECT_TRUE(db.run(
        [&](pg::transaction& t) { return workers::bury(t, d, "RCPT: 550 no", system_clock().now()); }));
    EXPECT_EQ(state(n.id), "dead 1 RCPT: 550 no");
    EXPECT_EQ(value("select key from outbox where topic = 'ocpp.dead-letter'"), events::notification_key(n));
    const auto letter = events::parse_dead_letter(value("select convert_from(value, 'UTF8') from outbox"));
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->topic, "csms.notifications");
    EXPECT_EQ(letter->offset, log_offset{1});
    EXPECT_EQ(letter->reason, "notify: RCPT: 550 no");
    EXPECT_EQ(letter->value, events::encode(n));
}

TEST_F(notify_test, what_nobody_tries_is_given_up_after_a_day) {
    worker w(database, workers::make_notify_pool());
    const auto old = ask_mail();
    const auto tried = ask_mail();
    const auto young = ask_mail();
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    database.exec("update deliveries set asked_at = now() - interval '25 hours', "
                  "next_at = now() - interval '2 hours' where id <> '" +
                  young.id + "' returning 1");
    database.exec("update deliveries set next_at = now() where id = '" + tried.id + "' returning 1");
    const system_clock clock;
    EXPECT_FALSE(db.run(workers::abandoned_deliveries_chore(clock)));
    EXPECT_EQ(state(old.id).substr(0, 4), "dead");
    EXPECT_EQ(state(tried.id).substr(0, 3), "due");
    EXPECT_EQ(state(young.id).substr(0, 3), "due");
    EXPECT_EQ(value("select count(*) from outbox"), "1");
}

TEST_F(notify_test, old_rows_go) {
    worker w(database, workers::make_notify_pool());
    const auto old = ask_mail();
    const auto young = ask_mail();
    const auto due = ask_mail();
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    end(old.id);
    end(young.id);
    database.exec("update deliveries set ended_at = now() - interval '8 days' where id = '" + old.id +
                  "' returning 1");
    database.exec("update deliveries set asked_at = now() - interval '80 days' where id = '" + due.id +
                  "' returning 1");
    database.exec(
        "insert into reset_requests (email, requested_at) values ('a@b.c', now() - interval '25 hours'), "
        "('d@e.f', now()) returning 1");
    const auto now = system_clock().now();
    db.run([&](pg::transaction& t) {
        const auto insert = [&](char digit, timestamp expires_at) {
            store::insert_one_time_token(t, store::token_purpose::verify_email, std::string(64, digit),
                                         account, expires_at);
        };
        insert('a', now - 25h);
        insert('b', now - 1h);
        insert('c', now + 1h);
    });
    workers::upkeep_metrics upkeep(pool_registry);
    EXPECT_FALSE(db.run(workers::old_deliveries_chore(upkeep)));
    EXPECT_EQ(value("select count(*) from deliveries"), "2");
    EXPECT_EQ(value("select string_agg(email, ' ') from reset_requests"), "d@e.f");
    EXPECT_EQ(value("select string_agg(left(token_hash, 1), '' order by token_hash) from one_time_tokens"),
              "bc");
    EXPECT_EQ(upkeep.old_rows.Value(), 3);
}

TEST_F(notify_test, forgets_who_never_verified) {
    const auto insert = [this](const std::string& name, const std::string& days,
                               const std::string& verified) {
        return database.exec(
            "insert into accounts (username, email, role, password_hash, email_verified, date_joined) "
            "values ('" +
            name + "', '" + name + "@example.com', 'user', '', " + verified + ", now() - interval '" + days +
            " days') returning id");
    };
    insert("squatter", "8", "false");
    insert("recent", "6", "false");
    insert("verified", "80", "true");
    insert("parent", "8", "false");
    insert("child", "1", "false");
    database.exec("update accounts set parent_id = (select id from accounts where username = 'parent') "
                  "where username = 'child' returning 1");
    workers::upkeep_metrics upkeep(pool_registry);
    EXPECT_FALSE(db.run(workers::unverified_accounts_chore(upkeep, workers::unverified_kept(48h))));
    EXPECT_EQ(value("select string_agg(username, ' ' order by username) from accounts where username in "
                    "('squatter', 'recent', 'verified', 'parent', 'child')"),
              "child parent recent verified");
    EXPECT_EQ(upkeep.old_rows.Value(), 1);
}

// Among much that belongs to others: the purge asks ten tables of each account that it deletes.
TEST_F(notify_test, forgets_thousands_in_little_time) {
    database.exec(
        "insert into accounts (username, email, role, password_hash, email_verified, date_joined) "
        "select 'bot' || i, 'bot' || i || '@example.com', 'user', '', false, now() - interval '8 days' "
        "from generate_series(1, 3000) i returning 1");
    database.exec("insert into invitations (tenant_id, email, invited_by, expires_at) "
                  "select " +
                  std::to_string(tenant) + ", i || '@example.com', " + std::to_string(account) +
                  ", now() from generate_series(1, 20000) i returning 1");
    database.exec("insert into one_time_tokens (token_hash, purpose, account_id, expires_at) "
                  "select encode(sha256(('t' || id)::bytea), 'hex'), 'verify_email', id, now() from accounts "
                  "returning 1");
    workers::upkeep_metrics upkeep(pool_registry);
    const auto begun = std::chrono::steady_clock::now();
    int rounds = 0;
    while (db.run(workers::unverified_accounts_chore(upkeep, workers::unverified_kept(48h))))
        ASSERT_LT(++rounds, 100);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    RecordProperty("seconds", std::to_string(took.count()));
    EXPECT_LT(took, 20s); // without indexes it takes minutes
    EXPECT_EQ(value("select count(*) from accounts where username like 'bot%'"), "0");
    EXPECT_EQ(upkeep.old_rows.Value(), 3000);
}

TEST(unverified_kept, is_longer_than_the_link_works) {
    EXPECT_EQ(workers::unverified_kept(1h), 7 * 24h);
    EXPECT_EQ(workers::unverified_kept(6 * 24h), 7 * 24h);
    EXPECT_EQ(workers::unverified_kept(30 * 24h), 31 * 24h);
}

} // namespace
} // namespace voltlane::testing
