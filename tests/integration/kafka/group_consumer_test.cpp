#include "real_kafka.hpp"

#include <functional>
#include <map>
#include <set>

namespace voltlane::kafka {
namespace {

// A worker pool in small: takes assignments, reads from the offsets that `store` has, and moves them.
struct member {
    member(real_kafka& t, boost::asio::io_context& context, group_settings settings,
           consumer_metrics& metrics, std::map<topic_partition, std::int64_t>& stored)
        : test(t)
        , ctx(context)
        , consumer(std::move(settings), context.get_executor(), metrics)
        , store(stored) {
        consumer.start();
        boost::asio::co_spawn(ctx, [this] { return control(); }, boost::asio::detached);
    }

    async::awaitable<void> control() {
        for (;;) {
            auto event = co_await consumer.next_event();
            if (!event) break;
            if (event->what != group_event::kind::assigned) {
                owned.clear();
                ++revocations;
                continue;
            }
            ++assignments;
            const auto first = co_await consumer.beginnings(event->partitions, in(10s));
            if (!first) continue;
            std::vector<position> from;
            for (const auto& p : *first)
                from.push_back({p.where, store.try_emplace(p.where, p.offset).first->second});
            auto readers = consumer.assign(event->assignment, from);
            if (!readers) continue; // fenced: a newer event waits
            owned.clear();
            for (auto& r : *readers) {
                owned.insert(r->which());
                boost::asio::co_spawn(ctx, [this, r] { return work(r); }, boost::asio::detached);
            }
        }
        ++ended;
    }

    async::awaitable<void> work(std::shared_ptr<partition_reader> r) {
        ++working;
        for (;;) {
            const auto batch = co_await r->next_batch(50);
            if (!batch) break;
            auto& offset = store[r->which()];
            for (const auto& rec : *batch) {
                if (rec.offset() < offset) continue; // lost the compare-and-set
                EXPECT_EQ(rec.offset(), offset) << "a gap";
                offset = rec.offset() + 1;
                ++handled;
            }
            const position done{r->which(), offset};
            consumer.commit(std::span(&done, 1));
        }
        --working;
    }

    real_kafka& test;
    boost::asio::io_context& ctx;
    group_consumer consumer;
    std::map<topic_partition, std::int64_t>& store;
    std::set<topic_partition> owned;
    int assignments = 0, revocations = 0, handled = 0, working = 0, ended = 0;
};

class group_test : public real_kafka {
protected:
    group_settings settings(const std::string& instance) const {
        return {client, "group-" + unique, instance, {topic}, 6s};
    }
    async::awaitable<void> until(std::function<bool()> reached) {
        while (!reached())
            co_await pause(5ms);
    }
};

TEST_F(group_test, two_members_share_what_each_record_is_handled_once) {
    constexpr int partitions = 6;
    constexpr int records = 3'000;
    create(partitions);
    run([&]() -> async::awaitable<void> {
        std::map<topic_partition, std::int64_t> store;
        const auto out = make_producer();
        const auto t = out->topic(topic);
        const auto publish = [&](int from, int to) -> async::awaitable<void> {
            for (int i = from; i < to; ++i) {
                const std::string key = "cp" + std::to_string(i);
                EXPECT_TRUE(out->at(0).publish_detached({.topic = t, .key = key, .value = key}));
            }
            EXPECT_TRUE(co_await out->flush(in(10s)));
        };
        EXPECT_FALSE(co_await out->warm_up(in(10s)));
        co_await publish(0, records / 2);
        auto a = std::make_unique<member>(*this, context, settings("a"), consumed, store);
        co_await until([&] { return a->owned.size() == partitions; });
        auto b = std::make_unique<member>(*this, context, settings("b"), consumed, store);
        co_await publish(records / 2, records);
        co_await until([&] { return a->owned.size() == 3 && b->owned.size() == 3; });
        co_await until([&] { return a->handled + b->handled == records; });
        EXPECT_GE(a->revocations, 1);
        for (const auto& p : a->owned)
            EXPECT_FALSE(b->owned.contains(p));

        // A static member that comes back within the session time-out moves nothing.
        const int before = b->assignments;
        EXPECT_TRUE(co_await a->consumer.stop(in(10s)));
        co_await until([&] { return a->working == 0 && a->ended == 1; });
        a = std::make_unique<member>(*this, context, settings("a"), consumed, store);
        co_await until([&] { return a->owned.size() == 3; });
        EXPECT_EQ(b->assignments, before);
        co_await publish(0, 60);
        co_await until([&] { return a->handled + b->handled >= 60; });

        EXPECT_TRUE(co_await b->consumer.stop(in(10s)));
        EXPECT_TRUE(co_await a->consumer.stop(in(10s)));
        co_await until([&] { return a->working + b->working == 0 && a->ended + b->ended == 2; });
        std::int64_t total = 0;
        for (const auto& [where, offset] : store)
            total += offset;
        EXPECT_EQ(total, records + 60);
        co_await out->stop(in(10s));
    });
}

TEST_F(group_test, a_slow_partition_holds_up_no_other_and_lag_tells) {
    create(2);
    run([&]() -> async::awaitable<void> {
        const auto out = make_producer();
        const auto t = out->topic(topic);
        EXPECT_FALSE(co_await out->warm_up(in(10s)));
        const std::string value(1'000, 'x');
        for (int i = 0; i < 20'000; ++i)
            EXPECT_TRUE(
                out->at(0).publish_detached({.topic = t, .key = "k", .value = value, .partition = i % 2}));
        EXPECT_TRUE(co_await out->flush(in(20s)));

        group_consumer c(settings(""), context.get_executor(), consumed);
        c.start();
        const auto event = co_await c.next_event();
        EXPECT_TRUE(event && event->what == group_event::kind::assigned);
        const position from[] = {{{topic, 0}, 0}, {{topic, 1}, 5'000}};
        auto readers = c.assign(event->assignment, from);
        EXPECT_TRUE(readers);
        EXPECT_EQ(c.assign(event->assignment + 1, from).error(), errc::fenced);
        auto& idle = *(*readers)[0];
        auto& busy = *(*readers)[1];
        while (busy.position() < 10'000) {
            const auto batch = co_await busy.next_batch(500);
            EXPECT_TRUE(batch);
            if (!batch) break;
            EXPECT_LE(batch->size(), 500U);
        }
        EXPECT_EQ(busy.lag(), 0);
        {
            const auto batch = co_await idle.next_batch(10);
            EXPECT_TRUE(batch && (*batch)[0].offset() == 0);
        }
        EXPECT_GE(idle.lag(), 9'900);
        EXPECT_EQ((co_await c.beginnings({{topic, 1}}, in(10s)))->at(0).offset, 0);
        EXPECT_TRUE(co_await c.stop(in(10s)));
        EXPECT_EQ((co_await idle.next_batch(10)).error(), errc::stopped);
        EXPECT_EQ((co_await c.next_event()).error(), errc::stopped);
        co_await out->stop(in(10s));
    });
}

TEST_F(group_test, a_position_the_log_does_not_have_is_told) {
    create(1);
    run([&]() -> async::awaitable<void> {
        group_consumer c(settings(""), context.get_executor(), consumed);
        c.start();
        const auto event = co_await c.next_event();
        EXPECT_TRUE(event);
        const position from[] = {{{topic, 0}, 12'345}};
        auto readers = c.assign(event->assignment, from);
        EXPECT_TRUE(readers);
        EXPECT_EQ((co_await (*readers)[0]->next_batch(10)).error(), errc::not_found);
        EXPECT_TRUE(co_await c.stop(in(10s)));
    });
    EXPECT_EQ(consumed.out_of_range.Value(), 1);
}

TEST_F(group_test, a_second_process_of_the_same_instance_name_takes_over) {
    create(1);
    run([&]() -> async::awaitable<void> {
        group_consumer first(settings("same"), context.get_executor(), consumed);
        first.start();
        EXPECT_EQ((co_await first.next_event())->what, group_event::kind::assigned);
        group_consumer second(settings("same"), context.get_executor(), consumed);
        second.start();
        EXPECT_EQ((co_await second.next_event())->what, group_event::kind::assigned);
        auto told = co_await first.next_event();
        while (told && told->what != group_event::kind::lost)
            told = co_await first.next_event();
        EXPECT_TRUE(told);
        co_await first.stop(in(10s));
        EXPECT_TRUE(co_await second.stop(in(10s)));
    });
}

} // namespace
} // namespace voltlane::kafka
