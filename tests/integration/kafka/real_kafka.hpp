#pragma once

#include "shared/async/types.hpp"
#include "shared/base/metrics.hpp"
#include "shared/kafka/admin.hpp"
#include "shared/kafka/group_consumer.hpp"
#include "shared/kafka/producer.hpp"
#include "shared/kafka/reader.hpp"
#include "shared/kafka/transactional_producer.hpp"
#include "support/run_coro.hpp"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace voltlane::kafka {

using namespace std::chrono_literals;

inline async::steady_point in(std::chrono::milliseconds after) {
    return std::chrono::steady_clock::now() + after;
}

// A topic of its own per test on the Kafka that VOLTLANE_TEST_KAFKA names; its absence is a failure.
class real_kafka : public ::testing::Test {
protected:
    void SetUp() override {
        const char* address = std::getenv("VOLTLANE_TEST_KAFKA");
        ASSERT_TRUE(address && *address) << "VOLTLANE_TEST_KAFKA must name a Kafka broker";
        client = {address, "test", {}};
        admin_ = std::make_unique<admin>(client);
        static std::atomic<int> number = 0;
        unique = std::to_string(::getpid()) + "-" +
                 std::to_string(std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000'000) +
                 "-" + std::to_string(++number);
        topic = "test-" + unique;
    }
    void TearDown() override {
        if (admin_) admin_->remove(topic);
    }
    void create(int partitions, std::map<std::string, std::string> configs = {}) {
        const auto failed = admin_->create({topic, partitions, 1, std::move(configs)});
        ASSERT_FALSE(failed) << admin_->what();
    }

    template <class Scenario>
    void run(Scenario scenario) {
        testing::run_coro(context, std::move(scenario), 60s);
    }
    async::awaitable<void> pause(std::chrono::milliseconds time) {
        async::steady_timer t(context.get_executor(), time);
        co_await t.async_wait(async::use_tuple);
    }
    std::unique_ptr<producer> make_producer() {
        const async::executor home = context.get_executor();
        auto made =
            std::make_unique<producer>(producer_settings{.client = client, .topics = {topic}, .linger = 1ms},
                                       home, std::span(&home, 1), produced);
        made->start();
        return made;
    }
    reader_settings all_of_it() const { return {client, {{.topic = topic}}}; }
    // "key=value" until the reader stands at the log's end as of its start.
    async::awaitable<std::vector<std::string>> read_to_end(reader& r) {
        std::vector<std::string> all;
        while (!r.caught_up()) {
            const auto batch = co_await r.next_batch();
            EXPECT_TRUE(batch) << batch.error().message();
            if (!batch) break;
            for (const auto& rec : *batch)
                all.push_back(std::string(rec.key()) + "=" + std::string(rec.value()));
        }
        co_return all;
    }

    boost::asio::io_context context{1};
    voltlane::metrics::registry registry;
    producer_metrics produced{registry};
    consumer_metrics consumed{registry};
    client_settings client;
    std::unique_ptr<admin> admin_;
    std::string unique;
    std::string topic;
};

} // namespace voltlane::kafka
