#include "workers/notify/sender.hpp"

#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"
#include "shared/pg/pool.hpp"
#include "support/run_coro.hpp"
#include "support/test_database.hpp"

#include <set>

#include <sodium.h>

namespace voltlane::testing {
namespace {

using namespace std::chrono_literals;
using workers::errand_outcome;

// Does with each errand what the test says of it; an errand of the account `stuck` does not end until
// let_go().
class scripted_runner final : public workers::errand_runner {
public:
    explicit scripted_runner(boost::asio::io_context& context) : timer_(context.get_executor()) {
        timer_.expires_at(async::steady_point::max());
    }
    async::awaitable<errand_outcome> carry_out(store::delivery d, async::steady_point) override {
        ++carried[d.id];
        most_under_way = std::max(most_under_way, ++under_way);
        if (stuck.contains(d.id)) co_await timer_.async_wait(async::use_tuple);
        --under_way;
        if (broken.contains(d.id)) throw std::runtime_error("out of order");
        const auto found = outcomes.find(d.id);
        co_return found == outcomes.end() ? errand_outcome::done() : found->second;
    }
    std::size_t most_at_once() const override { return room; }
    std::chrono::milliseconds patience() const override { return 1s; }
    void stop() override { let_go(); }
    void let_go() { timer_.cancel(); }

    std::size_t room = 2;
    std::set<std::string> stuck, broken;
    std::map<std::string, errand_outcome> outcomes;
    std::map<std::string, int> carried;
    std::size_t under_way = 0, most_under_way = 0;

private:
    async::steady_timer timer_;
};

class sender_test : public ::testing::Test {
protected:
    sender_test()
        : pool_metrics(registry)
        , pool(database.settings(), 2, 100, pool_metrics)
        , subject(pool, registry, clock, context.get_executor()) {
        if (sodium_init() < 0) throw std::runtime_error("libsodium");
        mail = add("mail");
        integration = add("integration");
    }
    scripted_runner* add(const std::string& kind) {
        auto made = std::make_unique<scripted_runner>(context);
        auto* raw = made.get();
        subject.add(kind, std::move(made));
        return raw;
    }
    std::string ask(const std::string& kind = "mail", const std::string& asked_ago = "0 hours") {
        const auto id = make_uuid();
        database.exec("insert into deliveries (id, kind, template, asked_at, next_at, source_partition, "
                      "source_offset) values ('" +
                      id + "', '" + kind + "', 'verify_email', now() - interval '" + asked_ago +
                      "', clock_timestamp(), 0, 5) returning 1");
        return id;
    }
    std::string state(const std::string& id) const {
        return database.value(
            "select concat_ws(' ', state, attempts, last_error) from deliveries where id = '" + id + "'");
    }
    // Lets the sender work until `holds`, then stops it.
    template <class Check>
    void work_until(Check holds) {
        run_coro(
            context,
            [&]() -> async::awaitable<void> {
                subject.start();
                async::steady_timer timer(context.get_executor());
                const auto deadline = clock.steady_now() + 15s;
                while (!holds() && clock.steady_now() < deadline) {
                    timer.expires_after(20ms);
                    co_await timer.async_wait(async::use);
                }
                EXPECT_TRUE(holds());
                const bool orderly = co_await subject.stop(clock.steady_now() + 5s);
                EXPECT_TRUE(orderly);
            },
            30s);
    }

    test_database database;
    system_clock clock;
    metrics::registry registry;
    pg::metrics pool_metrics;
    boost::asio::io_context context{1};
    pg::pool pool;
    workers::sender subject;
    scripted_runner* mail = nullptr;
    scripted_runner* integration = nullptr;
};

TEST_F(sender_test, carries_each_out_once_and_as_many_at_once_as_there_is_room) {
    std::vector<std::string> all;
    for (int i = 0; i < 20; ++i)
        all.push_back(ask());
    work_until(
        [&] { return database.value("select count(*) from deliveries where state = 'done'") == "20"; });
    for (const auto& id : all)
        EXPECT_EQ(mail->carried[id], 1);
    EXPECT_LE(mail->most_under_way, 2u);
}

TEST_F(sender_test, writes_down_what_became_of_it) {
    const auto done = ask(), later = ask(), never = ask(), thrown = ask(), late = ask("mail", "25 hours");
    mail->outcomes = {{later, errand_outcome::retry("RCPT: 452")},
                      {never, errand_outcome::hopeless("RCPT: 550")},
                      {late, errand_outcome::retry("no connection")}};
    mail->broken = {thrown};
    work_until([&] {
        return database.value("select count(*) from deliveries where attempts > 0 and "
                              "(state <> 'due' or last_error <> '')") == "5";
    });
    EXPECT_EQ(state(done), "done 1 ");
    EXPECT_EQ(state(later), "due 1 RCPT: 452");
    EXPECT_EQ(state(thrown), "due 1 out of order");
    EXPECT_EQ(state(never), "dead 1 RCPT: 550");
    EXPECT_EQ(state(late), "dead 1 no connection");
    EXPECT_EQ(
        database.value("select bool_and(next_at between now() + interval '20 seconds' and now() + interval "
                       "'37 seconds') from deliveries where state = 'due'"),
        "t");
    EXPECT_EQ(database.value("select count(*) from outbox where topic = 'ocpp.dead-letter'"), "2");
}

// A reason that was cut inside a character; and rows that PostgreSQL takes in no form.
TEST_F(sender_test, what_cannot_be_stored_does_not_hold_it_up) {
    const auto cut = ask(), never = ask(), unwritable = ask();
    mail->outcomes = {{cut, errand_outcome::retry("Z\xc3")},
                      {never, errand_outcome::hopeless(std::string("no\0\xff", 4))},
                      {unwritable, errand_outcome::hopeless("forbidden")}};
    database.exec("create function refuse() returns trigger language plpgsql as $$ begin "
                  "raise exception sqlstate '22021'; end $$");
    database.exec("create trigger refuse before update on deliveries for each row when "
                  "(new.last_error = 'forbidden') execute function refuse()");
    work_until([&] {
        return database.value("select count(*) from deliveries where state = 'dead' or last_error <> ''") ==
               "3";
    });
    EXPECT_EQ(state(cut), "due 1 Z\uFFFD");
    EXPECT_EQ(state(never), "dead 1 no \uFFFD");
    EXPECT_EQ(state(unwritable).substr(0, 14), "dead 1 failed;");
    EXPECT_EQ(mail->carried[unwritable], 1);
    EXPECT_EQ(database.value("select count(*) from outbox where topic = 'ocpp.dead-letter'"), "2");
}

TEST_F(sender_test, what_PostgreSQL_never_takes_is_left_alone) {
    const auto bad = ask(), good = ask();
    database.exec("create function refuse() returns trigger language plpgsql as $$ begin "
                  "raise exception sqlstate '23514'; end $$");
    database.exec("create trigger refuse before update on deliveries for each row when "
                  "(new.id = '" +
                  bad + "' and new.state <> 'due') execute function refuse()");
    work_until([&] { return state(good) == "done 1 " && mail->carried[bad] == 1 && mail->under_way == 0; });
    EXPECT_EQ(state(bad), "due 1 "); // until its lease is over
}

TEST_F(sender_test, what_is_stuck_holds_up_no_other_kind) {
    const auto first = ask(), second = ask(), third = ask();
    mail->stuck = {first, second};
    std::vector<std::string> others;
    for (int i = 0; i < 5; ++i)
        others.push_back(ask("integration"));
    work_until([&] {
        return database.value("select count(*) from deliveries where state = 'done'") == "5" &&
               mail->under_way == 2;
    });
    for (const auto& id : others)
        EXPECT_EQ(state(id), "done 1 ");
    // There was no room for it; the stop let the others go, and they were done after all.
    EXPECT_EQ(state(third), "due 0 ");
    EXPECT_EQ(state(first), "done 1 ");
    EXPECT_EQ(state(second), "done 1 ");
}

TEST_F(sender_test, what_fails_again_and_again_holds_up_nobody) {
    std::vector<std::string> failing;
    for (int i = 0; i < 6; ++i) {
        failing.push_back(ask());
        mail->outcomes.emplace(failing.back(), errand_outcome::retry("down"));
    }
    const auto good = ask();
    work_until([&] { return state(good) == "done 1 "; });
    for (const auto& id : failing)
        EXPECT_EQ(mail->carried[id], 1);
}

} // namespace
} // namespace voltlane::testing
