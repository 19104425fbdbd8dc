#include "real_kafka.hpp"

namespace voltlane::kafka {
namespace {

class transactional_test : public real_kafka {
protected:
    transactional_settings settings() const {
        return {{.client = client, .topics = {topic}, .linger = 1ms}, "relay-" + unique};
    }
};

TEST_F(transactional_test, a_second_one_fences_the_first_whose_batch_is_never_seen) {
    create(1);
    run([&]() -> async::awaitable<void> {
        transactional_producer first(settings());
        EXPECT_EQ(first.begin(), errc::unavailable) << "not before init";
        EXPECT_FALSE(co_await first.init(in(20s)));
        const auto t = first.topic(topic);
        EXPECT_FALSE(first.begin());
        EXPECT_FALSE(first.produce({.topic = t, .key = "k", .value = "stale"}));
        co_await pause(100ms);

        transactional_producer second(settings());
        EXPECT_FALSE(co_await second.init(in(20s)));
        EXPECT_FALSE(second.begin());
        const header_view headers[] = {{"event-id", "e"}};
        EXPECT_FALSE(second.produce({.topic = t, .key = "k", .value = "newest", .headers = headers}));
        EXPECT_FALSE(co_await second.commit(in(20s)));

        // The first one wakes up as a stopped process would and goes on.
        static_cast<void>(first.produce({.topic = t, .key = "k", .value = "staler"}));
        EXPECT_EQ(co_await first.commit(in(20s)), errc::fenced);
        EXPECT_TRUE(first.begin());

        reader r(all_of_it(), context.get_executor(), consumed);
        EXPECT_FALSE(co_await r.start(in(20s)));
        EXPECT_EQ(co_await read_to_end(r), (std::vector<std::string>{"k=newest"}));
        co_await r.stop(in(10s));
    });
}

TEST_F(transactional_test, goes_on_after_an_abort_and_after_a_new_init) {
    create(1);
    run([&]() -> async::awaitable<void> {
        transactional_producer p(settings());
        const auto t = p.topic(topic);
        EXPECT_FALSE(co_await p.init(in(20s)));
        for (int round = 0; round < 3; ++round) {
            EXPECT_FALSE(p.begin());
            EXPECT_FALSE(p.produce({.topic = t, .key = "k", .value = "dropped"}));
            EXPECT_FALSE(co_await p.abort(in(20s)));
            EXPECT_FALSE(p.begin());
            EXPECT_FALSE(p.produce({.topic = t, .key = "k", .tombstone = true}));
            EXPECT_FALSE(co_await p.commit(in(20s)));
            EXPECT_FALSE(co_await p.init(in(20s)));
        }
        reader r(all_of_it(), context.get_executor(), consumed);
        EXPECT_FALSE(co_await r.start(in(20s)));
        EXPECT_EQ(co_await read_to_end(r), (std::vector<std::string>{"k=", "k=", "k="}));
        co_await r.stop(in(10s));
    });
}

TEST(transactional_away, init_ends_at_its_deadline) {
    boost::asio::io_context context(1);
    testing::run_coro(
        context,
        []() -> async::awaitable<void> {
            transactional_producer p({{.client = {.bootstrap = "127.0.0.1:1"}, .topics = {"t"}}, "id"});
            const auto failed = co_await p.init(in(500ms));
            EXPECT_TRUE(failed == errc::timed_out || failed == errc::unavailable) << failed.message();
        },
        10s);
}

} // namespace
} // namespace voltlane::kafka
