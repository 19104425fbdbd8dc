#include "workers/runtime/pool_runner.hpp"

#include "kafka_fixture.hpp"
#include "shared/events/topics.hpp"

namespace voltlane::testing {
namespace {

using namespace std::chrono_literals;

// The sessions pool on a topic of the test's own.
class renamed_pool final : public workers::partitioned_pool {
public:
    renamed_pool(std::string topic) : topic_(std::move(topic)), name_("sessions-" + topic_) {}
    std::string_view name() const override { return name_; }
    std::string_view topic() const override { return topic_; }
    int schema_version() const override { return inner_->schema_version(); }
    bool concerns(std::string_view value) const override { return inner_->concerns(value); }
    std::unique_ptr<workers::partition_handler> open(std::int32_t partition) override {
        return inner_->open(partition);
    }

private:
    std::string topic_;
    std::string name_;
    std::unique_ptr<workers::partitioned_pool> inner_ = workers::make_sessions_pool();
};

class pool_runner_test : public kafka_test {
protected:
    std::unique_ptr<workers::pool_runner> make_runner(const std::string& instance = {}) {
        workers::pool_settings s;
        s.kafka = kafka.client();
        s.instance = instance;
        s.batches.linger = 0ms;
        s.batches.idle_move = 0ms;
        // Metrics of a registry each: two runners stand for two processes.
        registries.push_back(std::make_unique<metrics::registry>());
        return std::make_unique<workers::pool_runner>(std::make_unique<renamed_pool>(topic), s, pool,
                                                      *registries.back(), consumer_metrics, clock,
                                                      context.get_executor());
    }
    async::awaitable<bool> until(std::string sql, std::string wanted) {
        return eventually([this, sql, wanted] { return value(sql) == wanted; });
    }

    std::list<std::unique_ptr<metrics::registry>> registries;
};

TEST_F(pool_runner_test, folds_what_a_topic_says) {
    charger_log log(tenant);
    for (int i = 0; i < 20; ++i)
        log.charger("cp" + std::to_string(i))
            .start(std::to_string(100 + i), 'a', 0)
            .later(1s)
            .meter(std::to_string(100 + i), 50);
    publish(log);
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(
            co_await until("select concat_ws(' ', count(*), sum(energy_wh)) from sessions", "20 1000"));
        EXPECT_TRUE(co_await until("select sum(position) from consumer_offsets", "40"));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
    // A later one goes on where the table stands.
    charger_log more(tenant, log.now());
    for (int i = 0; i < 20; ++i)
        more.charger("cp" + std::to_string(i), 200).stop(std::to_string(100 + i), 60);
    publish(more);
    auto next = make_runner();
    run([&]() -> async::awaitable<void> {
        next->start();
        EXPECT_TRUE(co_await until(
            "select concat_ws(' ', count(*), sum(energy_wh)) from sessions where state = 'stopped'",
            "20 1200"));
        EXPECT_TRUE(co_await next->stop(std::chrono::steady_clock::now() + 5s));
    });
    EXPECT_EQ(value("select count(*) from meter_values"), "20");
}

TEST_F(pool_runner_test, two_share_the_partitions_and_nothing_counts_twice) {
    auto first = make_runner();
    auto second = make_runner();
    charger_log log(tenant);
    for (int i = 0; i < 30; ++i)
        log.charger("cp" + std::to_string(i)).start(std::to_string(100 + i), 'a', 0);
    publish(log);
    run([&]() -> async::awaitable<void> {
        first->start();
        EXPECT_TRUE(co_await until("select count(*) from sessions", "30"));
        second->start(); // takes half of the partitions in the middle of the work
        for (int round = 1; round <= 10; ++round) {
            charger_log meters(tenant, log.now());
            for (int i = 0; i < 30; ++i)
                meters.charger("cp" + std::to_string(i))
                    .seq(1 + round)
                    .later(1s)
                    .meter(std::to_string(100 + i), round * 10);
            publish(meters);
        }
        EXPECT_TRUE(co_await until("select count(*) from meter_values", "300"));
        EXPECT_TRUE(co_await first->stop(std::chrono::steady_clock::now() + 5s));
        charger_log stops(tenant, log.now() + 60s);
        for (int i = 0; i < 30; ++i)
            stops.charger("cp" + std::to_string(i)).seq(20).stop(std::to_string(100 + i), 100);
        publish(stops);
        EXPECT_TRUE(co_await until(
            "select concat_ws(' ', count(*), sum(energy_wh)) from sessions where state = 'stopped'",
            "30 3000"));
        EXPECT_TRUE(co_await second->stop(std::chrono::steady_clock::now() + 5s));
    });
    EXPECT_EQ(value("select concat_ws(' ', sum(sessions), sum(energy_wh)) from session_rollups"), "30 3000");
}

TEST_F(pool_runner_test, begins_a_new_generation_at_the_logs_start) {
    charger_log log(tenant);
    log.charger("bura").start("77", 'a', 0);
    publish(log);
    // Positions of an earlier log, far ahead of this one.
    database.exec("insert into consumer_offsets (pool, topic, partition_id, generation, position) "
                  "select 'sessions-" +
                  topic + "', '" + topic + "', p, 1, 1000 from generate_series(0, 3) p");
    database.exec("update log_generations set generation = 2");
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(co_await until("select count(*) from sessions", "1"));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
    EXPECT_EQ(value("select sum(position) from consumer_offsets where generation = 2"), "1");
    EXPECT_NE(
        registries.back()->text().find("worker_restarted_logs_total{pool=\"sessions-" + topic + "\"} 4"),
        std::string::npos);
}

TEST_F(pool_runner_test, goes_on_from_a_position_that_went_back) {
    charger_log log(tenant);
    log.charger("bura").start("77", 'a', 0).later(60s).meter("77", 10).later(60s).meter("77", 20);
    publish(log);
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(co_await until("select sum(position) from consumer_offsets", "3"));
        // A failover to a server that lost the last commit.
        database.exec("update consumer_offsets set position = 2 where position = 3");
        charger_log more(tenant, log.now() + 60s);
        more.charger("bura").seq(4).stop("77", 30);
        publish(more);
        EXPECT_TRUE(co_await until("select concat_ws(' ', state, energy_wh) from sessions", "stopped 30"));
        EXPECT_TRUE(co_await until("select sum(position) from consumer_offsets", "4"));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
    EXPECT_EQ(value("select count(*) from meter_values"), "2");
    EXPECT_NE(
        registries.back()->text().find("worker_restarted_logs_total{pool=\"sessions-" + topic + "\"} 0"),
        std::string::npos);
}

TEST_F(pool_runner_test, waits_for_a_database_that_is_away) {
    charger_log log(tenant);
    log.charger("bura").start("77", 'a', 0);
    publish(log);
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(co_await until("select count(*) from sessions", "1"));
        // Every connection is cut and none is let in.
        database.exec_on_server("alter database " + database.name() + " allow_connections false");
        database.exec_on_server("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" +
                                database.name() + "'");
        charger_log more(tenant, log.now() + 60s);
        more.charger("bura").seq(2).stop("77", 10);
        publish(more);
        EXPECT_TRUE(co_await eventually([&] {
            return registries.back()->text().find("worker_retries_total{pool=\"sessions-" + topic +
                                                  "\"} 0") == std::string::npos;
        }));
        database.exec_on_server("alter database " + database.name() + " allow_connections true");
        EXPECT_TRUE(co_await until("select state from sessions", "stopped"));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
}

} // namespace
} // namespace voltlane::testing
