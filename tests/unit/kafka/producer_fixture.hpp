#pragma once

#include "shared/async/shards.hpp"
#include "shared/base/metrics.hpp"
#include "shared/kafka/producer.hpp"
#include "shared/kafka/reader.hpp"
#include "support/mock_kafka.hpp"
#include "support/run_coro.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace voltlane::kafka {

using namespace std::chrono_literals;

inline async::steady_point in(std::chrono::milliseconds after) {
    return std::chrono::steady_clock::now() + after;
}

// A mock cluster, a producer and a reader of what it wrote, on one reactor thread.
class producer_fixture : public ::testing::Test {
protected:
    static constexpr int partitions = 4;

    void SetUp() override { cluster.create_topic("t", partitions); }

    void make_producer(producer_settings settings = {}) {
        settings.client = cluster.client();
        settings.client.extra.insert(settings.client.extra.end(), more.begin(), more.end());
        settings.topics = {"t"};
        if (settings.linger == producer_settings().linger) settings.linger = 1ms;
        const async::executor home = context.get_executor();
        made = std::make_unique<producer>(settings, home, std::span(&home, 1), metrics);
        topic = made->topic("t");
        made->start();
    }
    publisher& here() { return made->at(0); }
    record to(std::string_view key, std::string_view value) const {
        return {.topic = topic, .key = key, .value = value};
    }

    // Runs the scenario, then stops the producer.
    template <class Scenario>
    void run(Scenario scenario) {
        testing::run_coro(
            context,
            [&]() -> async::awaitable<void> {
                if (made && warm) EXPECT_FALSE(co_await made->warm_up(in(5s)));
                co_await scenario();
                if (made) co_await made->stop(in(5s));
            },
            30s);
    }

    // "key=value" of everything in the topic, in log order per partition.
    async::awaitable<std::vector<std::string>> read_all() {
        std::vector<std::string> all;
        reader r({cluster.consumer(), {{.topic = "t"}}}, context.get_executor(), consumed);
        const error_code failed = co_await r.start(in(5s));
        EXPECT_FALSE(failed) << failed.message();
        while (!r.caught_up()) {
            const auto batch = co_await r.next_batch();
            EXPECT_TRUE(batch);
            if (!batch) break;
            for (const auto& rec : *batch)
                all.push_back(std::string(rec.key()) + "=" + std::string(rec.value()));
        }
        co_await r.stop(in(5s));
        co_return all;
    }

    boost::asio::io_context context{1};
    testing::mock_kafka cluster;
    voltlane::metrics::registry registry;
    producer_metrics metrics{registry};
    consumer_metrics consumed{registry};
    std::vector<std::pair<std::string, std::string>> more;
    std::unique_ptr<producer> made;
    bool warm = true; // false where the broker is away from the start
    topic_ref topic;
};

} // namespace voltlane::kafka
