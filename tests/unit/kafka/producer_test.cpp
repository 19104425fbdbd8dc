#include "producer_fixture.hpp"
#include "shared/kafka/partitioner.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>

namespace voltlane::kafka {
namespace {

using producer_test = producer_fixture;

TEST_F(producer_test, tells_partition_and_offset) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        const auto first = co_await here().publish(to("1/cp", "a"));
        const auto second = co_await here().publish(to("1/cp", "b"));
        EXPECT_FALSE(first.error) << first.error.message();
        EXPECT_EQ(first.partition, partition_of("1/cp", partitions));
        EXPECT_EQ(second.partition, first.partition);
        EXPECT_EQ(second.offset, first.offset + 1);
        EXPECT_TRUE(co_await made->flush(in(5s)));
        EXPECT_EQ(made->in_flight(), 0U);
    });
    EXPECT_EQ(metrics.acknowledged.Value(), 2);
}

TEST_F(producer_test, writes_headers_tombstones_empty_values_and_explicit_partitions) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        const header_view headers[] = {{"event-id", "e1"}, {"schema-version", "1"}, {"empty", ""}};
        record r = to("k", "v");
        r.headers = headers;
        r.partition = 3;
        const auto report = co_await here().publish(r);
        EXPECT_FALSE(report.error);
        EXPECT_EQ(report.partition, 3);
        r.tombstone = true;
        r.headers = {};
        EXPECT_FALSE((co_await here().publish(r)).error);
        r.tombstone = false;
        r.value = {};
        EXPECT_FALSE((co_await here().publish(r)).error);

        source only{.topic = "t", .partitions = {3}};
        reader read({cluster.consumer(), {only}}, context.get_executor(), consumed);
        EXPECT_FALSE(co_await read.start(in(5s)));
        std::vector<std::string> seen;
        while (!read.caught_up()) {
            const auto batch = co_await read.next_batch();
            if (!batch) break;
            for (const auto& got : *batch) {
                const auto id = got.header("event-id");
                seen.push_back(std::string(got.key()) + (got.tombstone() ? " gone" : " is ") +
                               std::string(got.value()) + (id ? " " + std::string(*id) : ""));
                if (id) EXPECT_EQ(got.header("empty"), "");
                EXPECT_GT(got.timestamp_ms(), 0);
                EXPECT_EQ(got.header("no-such"), std::nullopt);
            }
        }
        EXPECT_EQ(seen, (std::vector<std::string>{"k is v e1", "k gone", "k is "}));
        co_await read.stop(in(5s));
    });
}

TEST_F(producer_test, an_unregistered_topic_is_a_bug) {
    make_producer();
    EXPECT_THROW(made->topic("other"), std::out_of_range);
    run([]() -> async::awaitable<void> { co_return; });
}

TEST_F(producer_test, warm_up_knows_what_exists) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        const auto failed = co_await made->warm_up(in(5s));
        EXPECT_FALSE(failed) << failed.message();
    });
}

TEST_F(producer_test, warm_up_without_a_broker_is_unavailable_and_publishing_works_later) {
    warm = false;
    cluster.broker_down();
    make_producer();
    run([&]() -> async::awaitable<void> {
        EXPECT_EQ(co_await made->warm_up(in(200ms)), errc::unavailable);
        cluster.broker_up();
        const auto report = co_await here().publish(to("k", "v"));
        EXPECT_FALSE(report.error) << report.error.message();
    });
}

TEST_F(producer_test, a_full_queue_is_overloaded_at_once_and_drains) {
    warm = false;
    cluster.broker_down();
    make_producer({.queue_messages = 3});
    run([&]() -> async::awaitable<void> {
        for (int i = 0; i < 3; ++i)
            EXPECT_TRUE(here().publish_detached(to("k", "v")));
        EXPECT_FALSE(here().publish_detached(to("k", "v")));
        const auto report = co_await here().publish(to("k", "v"));
        EXPECT_EQ(report.error, errc::overloaded);
        EXPECT_TRUE(report.retriable);
        cluster.broker_up();
        EXPECT_TRUE(co_await made->flush(in(5s)));
        const auto later = co_await here().publish(to("k", "v"));
        EXPECT_FALSE(later.error) << later.error.message();
    });
    EXPECT_EQ(metrics.refused.Value(), 2);
    EXPECT_EQ(metrics.detached_failed.Value(), 1);
    EXPECT_EQ(metrics.acknowledged.Value(), 4);
}

TEST_F(producer_test, a_record_that_is_too_large_is_not_worth_repeating) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        const std::string big(2'000'000, 'x');
        const auto report = co_await here().publish(to("k", big));
        EXPECT_EQ(report.error, errc::too_large);
        EXPECT_FALSE(report.retriable);
        const std::vector<header_view> many(9, {"name", "value"});
        record r = to("k", "v");
        r.headers = many;
        EXPECT_EQ((co_await here().publish(r)).error, errc::invalid_input);
    });
}

TEST_F(producer_test, retries_what_the_broker_calls_temporary) {
    make_producer();
    cluster.fail_produce({RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                          RD_KAFKA_RESP_ERR__TRANSPORT});
    run([&]() -> async::awaitable<void> {
        const auto report = co_await here().publish(to("k", "v"));
        EXPECT_FALSE(report.error) << report.error.message();
        const auto all = co_await read_all();
        EXPECT_EQ(all, (std::vector<std::string>{"k=v"}));
    });
}

TEST_F(producer_test, a_broker_away_past_the_time_out_is_a_retriable_failure) {
    make_producer({.message_timeout = 300ms});
    run([&]() -> async::awaitable<void> {
        EXPECT_FALSE((co_await here().publish(to("k", "first"))).error);
        cluster.broker_down();
        const auto report = co_await here().publish(to("k", "v"));
        EXPECT_EQ(report.error, errc::timed_out);
        EXPECT_TRUE(report.retriable);
        cluster.broker_up();
        delivery_report again;
        do {
            again = co_await here().publish(to("k", "v"));
        } while (again.error);
        EXPECT_GE(again.offset, 1);
    });
    EXPECT_GE(metrics.failed.Value(), 1);
}

TEST_F(producer_test, what_is_in_flight_at_the_end_is_told_stopped_once) {
    warm = false;
    make_producer();
    cluster.broker_down();
    int told = 0;
    int refused = 0;
    run([&]() -> async::awaitable<void> {
        for (int i = 0; i < 100; ++i) {
            boost::asio::co_spawn(
                context,
                [&]() -> async::awaitable<void> {
                    const auto report = co_await here().publish(to("k", "v"));
                    EXPECT_EQ(report.error, errc::stopped);
                    ++told;
                    const auto late = co_await here().publish(to("k", "v"));
                    EXPECT_EQ(late.error, errc::stopped);
                    ++refused;
                },
                boost::asio::detached);
        }
        co_await boost::asio::post(context, async::use);
        EXPECT_GE(made->in_flight(), 100U);
        co_await made->stop(in(50ms));
        EXPECT_EQ(told, 100);
    });
    EXPECT_EQ(refused, 100);
}

struct counting_waiter final : delivery_waiter {
    void delivered(const delivery_report& report) noexcept override {
        ++calls;
        last = report;
        if (again > 0) {
            --again;
            EXPECT_FALSE(from->publish(what, *this));
        }
    }
    int calls = 0;
    int again = 0;
    delivery_report last;
    publisher* from = nullptr;
    record what;
};

TEST_F(producer_test, an_embedded_waiter_may_publish_again_when_told) {
    make_producer();
    counting_waiter waiter;
    run([&]() -> async::awaitable<void> {
        waiter.from = &here();
        waiter.what = to("k", "v");
        waiter.again = 4;
        EXPECT_FALSE(here().publish(waiter.what, waiter));
        EXPECT_EQ(waiter.calls, 0);
        while (waiter.calls < 5)
            co_await made->flush(in(5s));
    });
    EXPECT_EQ(waiter.calls, 5);
    EXPECT_EQ(waiter.last.offset, 4);
}

// A broker that answers 20,000 records at once must not keep the sockets of this thread waiting.
TEST_F(producer_test, others_get_their_turn_between_256_reports) {
    constexpr int count = 20'000;
    warm = false;
    cluster.broker_down();
    make_producer();
    int told = 0;
    int most_between_turns = 0;
    run([&]() -> async::awaitable<void> {
        for (int i = 0; i < count; ++i)
            boost::asio::co_spawn(
                context,
                [&]() -> async::awaitable<void> {
                    const auto report = co_await here().publish(to("k", "v"));
                    if (!report.error) ++told;
                },
                boost::asio::detached);
        co_await boost::asio::post(context, async::use);
        cluster.broker_up();
        while (told < count) {
            const int before = told;
            co_await boost::asio::post(context, async::use);
            most_between_turns = std::max(most_between_turns, told - before);
        }
    });
    EXPECT_GT(most_between_turns, 1) << "reports come in batches";
    EXPECT_LE(most_between_turns, 256);
}

// Every report comes back on the shard that published, exactly once, under load from all shards.
TEST(producer_shards, each_shard_hears_of_its_own_publications) {
    testing::mock_kafka cluster;
    cluster.create_topic("t", 4);
    voltlane::metrics::registry registry;
    producer_metrics metrics(registry);
    constexpr int per_shard = 5'000;
    constexpr std::size_t count = 3;
    async::shards all(count);
    std::vector<async::executor> executors;
    for (std::size_t i = 0; i < count; ++i)
        executors.push_back(all.get_executor(i));
    producer p({.client = cluster.client(), .topics = {"t"}, .linger = 1ms}, executors[0], executors,
               metrics);
    std::array<int, count> told{};
    std::atomic<int> wrong_thread = 0;
    std::atomic<std::size_t> finished = 0;

    const auto one = [&](std::size_t shard) -> async::awaitable<void> {
        const std::string key = "key" + std::to_string(told[shard]);
        const auto report = co_await p.at(shard).publish({.topic = p.topic("t"), .key = key, .value = key});
        EXPECT_FALSE(report.error) << report.error.message();
        if (!executors[shard].running_in_this_thread()) ++wrong_thread;
        ++told[shard];
        if (told[shard] == per_shard && ++finished == count)
            boost::asio::co_spawn(
                executors[0],
                [&]() -> async::awaitable<void> {
                    co_await p.stop(in(5s));
                    all.stop();
                },
                boost::asio::detached);
    };
    boost::asio::post(executors[0], [&] { p.start(); });
    for (std::size_t shard = 0; shard < count; ++shard)
        for (int i = 0; i < per_shard; ++i)
            boost::asio::co_spawn(
                executors[shard], [&one, shard] { return one(shard); }, boost::asio::detached);
    boost::asio::steady_timer limit(all.context(0), 30s);
    limit.async_wait([&](const boost::system::error_code& cancelled) {
        if (!cancelled) all.stop();
    });
    all.run();
    EXPECT_EQ(finished, count);
    EXPECT_EQ(wrong_thread, 0);
    EXPECT_EQ(metrics.acknowledged.Value(), count * per_shard);
}

} // namespace
} // namespace voltlane::kafka
