#include "api/live/command_desk.hpp"

#include "shared/events/topics.hpp"
#include "shared/kafka/reader.hpp"
#include "support/mock_kafka.hpp"
#include "support/run_coro.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;
using events::command_state;

async::steady_point in(std::chrono::milliseconds after) {
    return std::chrono::steady_clock::now() + after;
}

// A desk on one shard over librdkafka's mock cluster.
class command_desk_test : public ::testing::Test {
protected:
    command_desk_test() {
        cluster_.create_topic(std::string(events::topic::commands), 4);
        kafka::producer_settings settings;
        settings.client = cluster_.client();
        settings.topics = {std::string(events::topic::commands)};
        settings.linger = 1ms;
        const async::executor home = context_.get_executor();
        producer_ = std::make_unique<kafka::producer>(settings, home, std::span(&home, 1), producer_metrics_);
        producer_->start();
        desk_ = std::make_unique<command_desk>(home, *producer_, presence_, clock_, metrics_);
        connect("gateway-a", 5);
    }

    void connect(const std::string& gateway, std::int64_t offset) {
        events::presence p;
        p.instance = gateway;
        p.partition = partition_id(2);
        presence_.apply(key_, p, epoch{1, offset});
    }
    events::command command() const {
        events::command c;
        c.id = command_id("11111111-2222-4333-8444-555555555555");
        c.key = key_;
        c.gateway = "gateway-a";
        c.connection = {1, 5};
        c.action = "ClearCache";
        c.payload = "{}";
        c.created_at = clock_.now();
        c.deadline = c.created_at + 60s;
        return c;
    }
    static events::reply reply(events::command c, command_state state, int attempt = 1) {
        events::reply r;
        c.attempt = attempt;
        r.command = std::move(c);
        r.state = state;
        r.response = R"({"status":"Accepted"})";
        return r;
    }
    // "gateway attempt" of everything on the commands' partition 2.
    async::awaitable<std::vector<std::string>> published() {
        std::vector<std::string> all;
        kafka::reader r(
            {cluster_.consumer(), {{.topic = std::string(events::topic::commands), .partitions = {2}}}},
            context_.get_executor(), consumer_metrics_);
        co_await r.start(in(5s));
        while (!r.caught_up()) {
            const auto batch = co_await r.next_batch();
            if (!batch) break;
            for (const auto& record : *batch) {
                const auto c = events::parse_command(record.value());
                all.push_back(c ? c->gateway + " " + std::to_string(c->attempt) : "unreadable");
            }
        }
        co_await r.stop(in(5s));
        co_return all;
    }
    template <class Scenario>
    void run(Scenario scenario) {
        testing::run_coro(
            context_,
            [&]() -> async::awaitable<void> {
                co_await producer_->warm_up(in(5s)); // else the first record waits a second for its leader
                co_await scenario();
                co_await desk_->stop();
                co_await producer_->stop(in(5s));
            },
            20s);
    }

    boost::asio::io_context context_{1};
    testing::mock_kafka cluster_;
    voltlane::metrics::registry registry_;
    kafka::producer_metrics producer_metrics_{registry_};
    kafka::consumer_metrics consumer_metrics_{registry_};
    metrics metrics_{registry_};
    system_clock clock_;
    presence_view presence_{clock_};
    charger_key key_{tenant_id(1), "bura"};
    std::unique_ptr<kafka::producer> producer_;
    std::unique_ptr<command_desk> desk_;
};

TEST_F(command_desk_test, publishes_to_the_gateways_partition_and_tells_who_waits) {
    run([&]() -> async::awaitable<void> {
        const auto failed = co_await desk_->send(command(), partition_id(2), 0);
        EXPECT_FALSE(failed) << failed.message();
        desk_->on_reply(reply(command(), command_state::sent)); // no end
        desk_->on_reply(reply(command(), command_state::answered));
        const auto got = co_await desk_->wait(command().id, in(5s));
        EXPECT_TRUE(got);
        if (got) EXPECT_EQ(got->state, command_state::answered);
        const auto log = co_await published();
        EXPECT_EQ(log, std::vector<std::string>{"gateway-a 1"});
    });
}

TEST_F(command_desk_test, wakes_who_waits_already) {
    run([&]() -> async::awaitable<void> {
        co_await desk_->send(command(), partition_id(2), 0);
        boost::asio::post(context_, [this] { desk_->on_reply(reply(command(), command_state::error)); });
        const auto got = co_await desk_->wait(command().id, in(10s));
        EXPECT_TRUE(got);
        if (got) EXPECT_EQ(got->state, command_state::error);
    });
}

TEST_F(command_desk_test, nobody_waits_longer_than_asked_or_for_what_it_does_not_know) {
    run([&]() -> async::awaitable<void> {
        EXPECT_FALSE(co_await desk_->wait(command_id("unknown"), in(10s)));
        co_await desk_->send(command(), partition_id(2), 0);
        EXPECT_FALSE(co_await desk_->wait(command().id, in(1ms)));
    });
}

TEST_F(command_desk_test, reroutes_once_to_where_the_charger_went) {
    run([&]() -> async::awaitable<void> {
        co_await desk_->send(command(), partition_id(2), 0);
        connect("gateway-b", 9);
        desk_->on_reply(reply(command(), command_state::undeliverable));
        desk_->on_reply(reply(command(), command_state::undeliverable)); // the log's repeat changes nothing
        EXPECT_FALSE(co_await desk_->wait(command().id, in(500ms)));
        const auto log = co_await published();
        EXPECT_EQ(log, (std::vector<std::string>{"gateway-a 1", "gateway-b 2"}));
        desk_->on_reply(reply(command(), command_state::undeliverable, 2));
        const auto got = co_await desk_->wait(command().id, in(5s));
        EXPECT_TRUE(got);
        if (got) EXPECT_EQ(got->state, command_state::undeliverable);
        EXPECT_EQ((co_await published()).size(), 2U);
    });
}

TEST_F(command_desk_test, a_charge_point_has_few_unanswered_commands) {
    run([&]() -> async::awaitable<void> {
        const auto numbered = [this](std::size_t n) {
            auto c = command();
            c.id = command_id("command-" + std::to_string(n));
            return c;
        };
        for (std::size_t n = 0; n < command_desk::most_unanswered; ++n) {
            EXPECT_FALSE(desk_->refuse(key_, account_id(static_cast<std::int64_t>(n))));
            co_await desk_->send(numbered(n), partition_id(2), 0);
        }
        EXPECT_EQ(desk_->refuse(key_, account_id(7)), command_desk::retry_busy);
        EXPECT_FALSE(desk_->refuse({key_.tenant, "another"}, account_id(7)));
        desk_->on_reply(reply(numbered(3), command_state::answered));
        desk_->on_reply(
            reply(numbered(3), command_state::answered)); // the log's repeat frees no second place
        EXPECT_FALSE(desk_->refuse(key_, account_id(7)));
        co_await desk_->send(numbered(100), partition_id(2), 0);
        EXPECT_TRUE(desk_->refuse(key_, account_id(7)));
    });
}

TEST_F(command_desk_test, an_account_gives_a_bounded_number_of_commands_a_minute) {
    manual_clock time{timestamp(std::chrono::seconds(1'700'000'000))};
    command_desk desk(context_.get_executor(), *producer_, presence_, time, metrics_);
    for (std::size_t n = 0; n < command_desk::most_per_window; ++n)
        EXPECT_FALSE(desk.refuse(key_, account_id(1)));
    EXPECT_EQ(desk.refuse(key_, account_id(1)), 60s);
    EXPECT_FALSE(desk.refuse(key_, account_id(2)));
    time.advance(59s);
    desk.sweep();
    EXPECT_EQ(desk.refuse(key_, account_id(1)), 1s);
    time.advance(1s);
    desk.sweep();
    EXPECT_FALSE(desk.refuse(key_, account_id(1)));
    run([]() -> async::awaitable<void> { co_return; });
}

TEST_F(command_desk_test, a_command_that_cannot_be_published_is_forgotten) {
    cluster_.fail_produce({RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    run([&]() -> async::awaitable<void> {
        const auto failed = co_await desk_->send(command(), partition_id(2), 0);
        EXPECT_TRUE(failed);
        EXPECT_FALSE(co_await desk_->wait(command().id, in(10s)));
    });
}

} // namespace
} // namespace voltlane::api
