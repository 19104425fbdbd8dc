#pragma once

#include "pool_fixture.hpp"
#include "shared/kafka/admin.hpp"
#include "shared/kafka/producer.hpp"
#include "shared/kafka/reader.hpp"
#include "shared/pg/pool.hpp"
#include "support/run_coro.hpp"

#include <chrono>
#include <cstdlib>
#include <functional>
#include <list>
#include <span>
#include <unistd.h>

namespace voltlane::testing {

// A topic of the test's own with four partitions on the Kafka of VOLTLANE_TEST_KAFKA.
class test_topic {
public:
    test_topic() : admin_(client()) {
        static int count = 0;
        const auto now = std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000'000;
        name_ = "workers-" + std::to_string(::getpid()) + "-" + std::to_string(now) + "-" +
                std::to_string(++count);
        if (admin_.create({name_, 4, 1, {}})) throw std::runtime_error(admin_.what());
    }
    ~test_topic() { admin_.remove(name_); }

    static kafka::client_settings client() {
        const char* address = std::getenv("VOLTLANE_TEST_KAFKA");
        if (address == nullptr) throw std::runtime_error("VOLTLANE_TEST_KAFKA is not set");
        return {address, "test", {{"fetch.wait.max.ms", "10"}}};
    }
    const std::string& name() const { return name_; }

private:
    kafka::admin admin_;
    std::string name_;
};

class kafka_test : public pool_test {
protected:
    kafka_test() {
        database.exec("insert into log_generations (topic, generation) values ('" + topic + "', 1)");
    }

    void publish(const charger_log& log) {
        boost::asio::io_context own{1};
        const async::executor home = own.get_executor();
        kafka::producer producer({.client = kafka.client(), .topics = {topic}}, home, std::span(&home, 1),
                                 producer_metrics);
        run_coro(own, [&]() -> async::awaitable<void> {
            producer.start();
            for (const auto& r : log.records()) {
                kafka::record record;
                record.topic = producer.topic(topic);
                record.key = r.key;
                record.value = r.value;
                EXPECT_TRUE(producer.at(0).publish_detached(record));
            }
            EXPECT_TRUE(co_await producer.flush(std::chrono::steady_clock::now() + std::chrono::seconds(10)));
            co_await producer.stop(std::chrono::steady_clock::now() + std::chrono::seconds(5));
        });
    }

    template <class Scenario>
    void run(Scenario scenario) {
        run_coro(context, std::move(scenario), std::chrono::seconds(60));
    }
    // Bounded poll; false: it did not come true.
    async::awaitable<bool> eventually(std::function<bool()> is_true) {
        async::steady_timer timer(context.get_executor());
        for (int i = 0; i < 400; ++i) {
            try {
                if (is_true()) co_return true;
            } catch (const pg::failure&) {
                // The database is away for now.
            }
            timer.expires_after(std::chrono::milliseconds(50));
            co_await timer.async_wait(async::use);
        }
        co_return false;
    }

    test_topic kafka;
    std::string topic = kafka.name();
    system_clock clock;
    metrics::registry registry;
    pg::metrics pg_metrics{registry};
    kafka::producer_metrics producer_metrics{registry};
    kafka::consumer_metrics consumer_metrics{registry};
    boost::asio::io_context context{1};
    pg::pool pool{database.settings(), 4, 256, pg_metrics};
};

} // namespace voltlane::testing
