#include "producer_fixture.hpp"
#include "shared/base/log.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

namespace voltlane::kafka {
namespace {

// What a gateway's connection does: one publication in flight, repeated under its number until it is
// acknowledged.
async::awaitable<void> charger(publisher& out, topic_ref topic, std::string key, int events, int& failures,
                               int& done) {
    for (int i = 0; i < events; ++i) {
        const std::string value = std::to_string(i);
        for (;;) {
            const auto report = co_await out.publish({.topic = topic, .key = key, .value = value});
            if (!report.error) break;
            EXPECT_TRUE(report.retriable) << report.error.message();
            ++failures;
            // As callers do after unavailable: the successor may be on its way.
            async::steady_timer pause(co_await boost::asio::this_coro::executor, 2ms);
            co_await pause.async_wait(async::use_tuple);
        }
    }
    ++done;
}

class producer_fatal_test : public producer_fixture {
protected:
    // Chargers publish while `harm` is done; afterwards every key must hold every event in order, repeats
    // apart.
    template <class Harm>
    void run_chargers(Harm harm) {
        make_producer({.message_timeout = 10'000ms});
        int failures = 0;
        int done = 0;
        constexpr int chargers = 20;
        constexpr int events = 50;
        run([&]() -> async::awaitable<void> {
            for (int c = 0; c < chargers; ++c)
                boost::asio::co_spawn(
                    context,
                    [&, c] {
                        return charger(here(), topic, "cp" + std::to_string(c), events, failures, done);
                    },
                    boost::asio::detached);
            co_await harm();
            async::steady_timer poll(context.get_executor());
            while (done < chargers) {
                poll.expires_after(5ms);
                co_await poll.async_wait(async::use_tuple);
            }
            const auto all = co_await read_all();
            std::map<std::string, std::vector<int>> order;
            for (const auto& entry : all) {
                const auto eq = entry.find('=');
                auto& seen = order[entry.substr(0, eq)];
                const int number = std::stoi(entry.substr(eq + 1));
                if (std::find(seen.begin(), seen.end(), number) == seen.end()) seen.push_back(number);
            }
            EXPECT_EQ(order.size(), chargers);
            for (const auto& [key, seen] : order) {
                EXPECT_EQ(seen.size(), events) << key;
                EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << key;
            }
        });
    }

    async::awaitable<void> wait_for(const voltlane::metrics::counter& counter, int least) {
        async::steady_timer poll(context.get_executor());
        while (counter.Value() < least) {
            poll.expires_after(1ms);
            co_await poll.async_wait(async::use_tuple);
        }
    }
};

TEST_F(producer_fatal_test, a_fatal_error_replaces_the_instance_and_nothing_is_lost) {
    std::ostringstream lines;
    const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(lines);
    log::get("kafka")->sinks().push_back(sink);
    run_chargers([&]() -> async::awaitable<void> {
        co_await wait_for(metrics.acknowledged, 200);
        cluster.fail_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
        co_await wait_for(metrics.replaced, 1);
    });
    EXPECT_GE(metrics.replaced.Value(), 1);
    EXPECT_GE(metrics.failed.Value(), 1);
    made.reset();
    log::get("kafka")->sinks().pop_back();
    EXPECT_THAT(lines.str(), ::testing::HasSubstr("producer replaced after a fatal error"));
}

TEST_F(producer_fatal_test, also_when_the_successor_fails_too) {
    run_chargers([&]() -> async::awaitable<void> {
        cluster.fail_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
        co_await wait_for(metrics.replaced, 1);
        cluster.fail_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
        co_await wait_for(metrics.replaced, 2);
    });
    EXPECT_GE(metrics.replaced.Value(), 2);
}

TEST_F(producer_fatal_test, dropped_connections_lose_nothing) {
    run_chargers([&]() -> async::awaitable<void> {
        for (int i = 0; i < 5; ++i) {
            cluster.fail_produce({RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NO_ERROR});
            async::steady_timer pause(context.get_executor(), 20ms);
            co_await pause.async_wait(async::use_tuple);
        }
    });
    EXPECT_EQ(metrics.acknowledged.Value(), 20 * 50);
}

TEST_F(producer_fatal_test, stopping_while_being_replaced_ends) {
    make_producer();
    int told = 0;
    run([&]() -> async::awaitable<void> {
        EXPECT_FALSE((co_await here().publish(to("k", "v"))).error);
        cluster.fail_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
        for (int i = 0; i < 10; ++i)
            boost::asio::co_spawn(
                context,
                [&]() -> async::awaitable<void> {
                    const auto report = co_await here().publish(to("k", "v"));
                    EXPECT_TRUE(!report.error || report.retriable);
                    ++told;
                },
                boost::asio::detached);
        co_await wait_for(metrics.replaced, 1);
        co_await made->stop(in(100ms));
    });
    EXPECT_EQ(told, 10);
}

} // namespace
} // namespace voltlane::kafka
