#include "producer_fixture.hpp"

namespace voltlane::kafka {
namespace {

class reader_test : public producer_fixture {
protected:
    async::awaitable<void> fill(int from, int to_number) {
        for (int i = from; i < to_number; ++i) {
            const std::string text = std::to_string(i);
            record r = to(text, text);
            r.partition = i % partitions;
            EXPECT_TRUE(here().publish_detached(r));
        }
        EXPECT_TRUE(co_await made->flush(in(5s)));
    }
    std::unique_ptr<reader> make_reader(source from) {
        return std::make_unique<reader>(reader_settings{cluster.consumer(), {std::move(from)}},
                                        context.get_executor(), consumed);
    }
    async::awaitable<int> count_until_caught_up(reader& r, std::size_t most = 1024) {
        int count = 0;
        while (!r.caught_up()) {
            const auto batch = co_await r.next_batch(most);
            EXPECT_TRUE(batch) << batch.error().message();
            if (!batch) break;
            EXPECT_LE(batch->size(), most);
            count += static_cast<int>(batch->size());
        }
        co_return count;
    }
};

TEST_F(reader_test, reads_all_partitions_to_the_end_and_goes_on) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        co_await fill(0, 1000);
        const auto r = make_reader({.topic = "t"});
        EXPECT_FALSE(r->caught_up());
        EXPECT_FALSE(co_await r->start(in(5s)));
        EXPECT_EQ(r->partition_count("t"), partitions);
        EXPECT_EQ(co_await count_until_caught_up(*r, 64), 1000);
        EXPECT_TRUE(r->caught_up("t"));
        co_await fill(1000, 1001);
        int more_records = 0;
        while (more_records == 0) {
            const auto batch = co_await r->next_batch();
            if (!batch) break;
            more_records += static_cast<int>(batch->size());
        }
        EXPECT_EQ(more_records, 1);
        while (!r->at_end())
            EXPECT_TRUE(co_await r->next_batch());
        EXPECT_TRUE(co_await r->confirm_end(in(5s)));
        EXPECT_EQ((r->positions()[{"t", 0}]), 251);
        co_await fill(1001, 1002);
        EXPECT_FALSE(co_await r->confirm_end(in(5s))) << "a record was written that was not read";
        co_await r->stop(in(5s));
        EXPECT_EQ((co_await r->next_batch()).error(), errc::stopped);
    });
    EXPECT_GE(consumed.records.Value(), 1001);
}

TEST_F(reader_test, an_empty_topic_is_caught_up_at_once) {
    run([&]() -> async::awaitable<void> {
        const auto r = make_reader({.topic = "t"});
        EXPECT_FALSE(co_await r->start(in(5s)));
        EXPECT_TRUE(r->caught_up());
        EXPECT_TRUE(r->at_end());
        co_await r->stop(in(5s));
    });
}

TEST_F(reader_test, begins_where_it_is_told) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        co_await fill(0, 40);
        const auto tail = make_reader({.topic = "t", .from = source::start::end, .partitions = {2}});
        EXPECT_FALSE(co_await tail->start(in(5s)));
        EXPECT_TRUE(tail->caught_up());
        const auto placed =
            make_reader({.topic = "t", .from = source::start::offsets, .offsets = {{0, 8}, {1, 10}}});
        EXPECT_FALSE(co_await placed->start(in(5s)));
        EXPECT_EQ(co_await count_until_caught_up(*placed), 2 + 0 + 10 + 10);
        co_await fill(40, 44);
        std::string seen;
        while (seen.empty()) {
            const auto batch = co_await tail->next_batch();
            if (!batch) break;
            for (const auto& rec : *batch)
                seen += rec.value();
        }
        EXPECT_EQ(seen, "42");
        co_await tail->stop(in(5s));
        co_await placed->stop(in(5s));
    });
}

TEST_F(reader_test, a_partition_or_topic_that_is_not_there_is_told) {
    run([&]() -> async::awaitable<void> {
        const auto r = make_reader({.topic = "t", .partitions = {partitions}});
        EXPECT_EQ(co_await r->start(in(5s)), errc::not_found);
        co_await r->stop(in(5s));
    });
}

TEST_F(reader_test, without_a_broker_start_is_unavailable_and_may_be_repeated) {
    cluster.broker_down();
    run([&]() -> async::awaitable<void> {
        const auto r = make_reader({.topic = "t"});
        EXPECT_EQ(co_await r->start(in(200ms)), errc::unavailable);
        cluster.broker_up();
        EXPECT_FALSE(co_await r->start(in(5s)));
        EXPECT_TRUE(r->caught_up());
        co_await r->stop(in(5s));
    });
}

TEST_F(reader_test, a_position_the_log_does_not_have_is_told_and_restart_reads_all) {
    make_producer();
    run([&]() -> async::awaitable<void> {
        co_await fill(0, 8);
        const auto r = make_reader(
            {.topic = "t", .from = source::start::offsets, .partitions = {1}, .offsets = {{1, 700}}});
        EXPECT_FALSE(co_await r->start(in(5s)));
        error_code told;
        while (!told) {
            const auto batch = co_await r->next_batch();
            if (!batch) told = batch.error();
        }
        EXPECT_EQ(told, errc::not_found);
        EXPECT_FALSE(co_await r->restart(in(5s)));
        EXPECT_EQ(co_await count_until_caught_up(*r), 2);
        co_await r->stop(in(5s));
    });
    EXPECT_EQ(consumed.out_of_range.Value(), 1);
}

TEST_F(reader_test, stop_wakes_who_waits) {
    run([&]() -> async::awaitable<void> {
        const auto r = make_reader({.topic = "t"});
        EXPECT_FALSE(co_await r->start(in(5s)));
        error_code told;
        boost::asio::co_spawn(
            context,
            [&]() -> async::awaitable<void> {
                for (;;) {
                    const auto batch = co_await r->next_batch();
                    if (batch) continue;
                    told = batch.error();
                    co_return;
                }
            },
            boost::asio::detached);
        async::steady_timer pause(context.get_executor(), 20ms);
        co_await pause.async_wait(async::use_tuple);
        EXPECT_TRUE(co_await r->stop(in(5s)));
        EXPECT_EQ(told, errc::stopped);
    });
}

} // namespace
} // namespace voltlane::kafka
