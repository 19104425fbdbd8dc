#include "shared/kafka/queue_watch.hpp"

#include "shared/kafka/conf.hpp"
#include "support/run_coro.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

using namespace std::chrono_literals;

// A client without a broker: its queue gets an event when told to fail.
class queue_watch_test : public ::testing::Test {
protected:
    queue_watch_test() {
        conf c(client_settings{.bootstrap = "127.0.0.1:1", .extra = {}});
        c.set("log_level", "0").set("enable.idempotence", "true").events(RD_KAFKA_EVENT_ERROR);
        client = std::move(c).make_producer();
    }
    queue_watch watch() {
        return queue_watch(queue_holder(rd_kafka_queue_get_main(client.get())), context.get_executor());
    }
    void fail() {
        rd_kafka_test_fatal_error(client.get(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test");
    }
    static int fatal_errors(queue_watch& w) {
        int count = 0;
        while (const event_holder event = w.poll())
            count += rd_kafka_event_error_is_fatal(event.get());
        return count;
    }

    boost::asio::io_context context{1};
    client_holder client;
};

TEST_F(queue_watch_test, wakes_for_an_event_that_comes_while_waiting) {
    queue_watch w = watch();
    testing::run_coro(context, [&]() -> async::awaitable<void> {
        EXPECT_EQ(fatal_errors(w), 0);
        fail();
        int seen = 0;
        while (seen == 0) {
            EXPECT_TRUE(co_await w.wait());
            seen += fatal_errors(w);
        }
        EXPECT_EQ(seen, 1);
    });
}

TEST_F(queue_watch_test, stop_ends_the_wait_for_good) {
    queue_watch w = watch();
    testing::run_coro(context, [&]() -> async::awaitable<void> {
        boost::asio::post(context, [&] { w.stop(); });
        while (co_await w.wait())
            fatal_errors(w);
        EXPECT_TRUE(w.stopped());
        EXPECT_FALSE(co_await w.wait());
        fail();
        EXPECT_FALSE(w.poll()) << "what comes later is the next watch's";
    });
}

TEST_F(queue_watch_test, a_stopped_one_does_not_disturb_its_successor) {
    testing::run_coro(context, [&]() -> async::awaitable<void> {
        auto first = std::make_unique<queue_watch>(queue_holder(rd_kafka_queue_get_main(client.get())),
                                                   context.get_executor());
        first->stop();
        queue_watch second = watch();
        first.reset();
        fatal_errors(second);
        fail();
        int seen = 0;
        while (seen == 0) {
            EXPECT_TRUE(co_await second.wait());
            seen += fatal_errors(second);
        }
    });
}

struct counting_sink final : event_sink {
    std::size_t on_event(rd_kafka_op_s&, std::size_t budget) override {
        ++events;
        if (events == 1) return budget; // not done with it
        watch->stop();
        return 1;
    }
    void on_round() override { ++rounds; }
    int events = 0;
    int rounds = 0;
    queue_watch* watch = nullptr;
};

TEST_F(queue_watch_test, an_event_that_uses_the_budget_is_given_again_in_the_next_round) {
    queue_watch w = watch();
    counting_sink sink;
    sink.watch = &w;
    fail();
    testing::run_coro(context, [&] { return read_queue(w, sink); });
    EXPECT_EQ(sink.events, 2);
    EXPECT_EQ(sink.rounds, 2);
}

} // namespace
} // namespace voltlane::kafka
