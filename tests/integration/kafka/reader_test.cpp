#include "real_kafka.hpp"

#include <algorithm>
#include <map>

namespace voltlane::kafka {
namespace {

class reader_integration : public real_kafka {
protected:
    transactional_settings relay(const std::string& id) const {
        return {{.client = client, .topics = {topic}, .linger = 1ms}, id + unique};
    }
};

// The last offsets of a log may hold nothing to read: control records of transactions, aborted ones, and what
// compaction took.
TEST_F(reader_integration, is_caught_up_where_transactions_end_the_log) {
    create(2);
    run([&]() -> async::awaitable<void> {
        transactional_producer out(relay("a"));
        const auto t = out.topic(topic);
        EXPECT_FALSE(co_await out.init(in(20s)));
        EXPECT_FALSE(out.begin());
        EXPECT_FALSE(out.produce({.topic = t, .key = "k", .value = "seen"}));
        EXPECT_FALSE(co_await out.commit(in(20s)));
        EXPECT_FALSE(out.begin());
        EXPECT_FALSE(out.produce({.topic = t, .key = "k", .value = "aborted"}));
        EXPECT_FALSE(co_await out.abort(in(20s)));

        reader r(all_of_it(), context.get_executor(), consumed);
        EXPECT_FALSE(co_await r.start(in(20s)));
        EXPECT_FALSE(r.caught_up());
        EXPECT_EQ(co_await read_to_end(r), (std::vector<std::string>{"k=seen"}));
        while (!r.at_end())
            EXPECT_TRUE(co_await r.next_batch());
        EXPECT_TRUE(co_await r.confirm_end(in(10s)));

        EXPECT_FALSE(out.begin());
        EXPECT_FALSE(out.produce({.topic = t, .key = "k", .value = "open"}));
        co_await pause(100ms);
        reader beside(all_of_it(), context.get_executor(), consumed);
        EXPECT_FALSE(co_await beside.start(in(20s)));
        EXPECT_EQ(co_await read_to_end(beside), (std::vector<std::string>{"k=seen"}))
            << "an open one is not the log's";
        EXPECT_FALSE(co_await out.commit(in(20s)));
        std::vector<std::string> late;
        while (late.empty()) {
            const auto batch = co_await beside.next_batch();
            if (!batch) break;
            for (const auto& rec : *batch)
                late.emplace_back(rec.value());
        }
        EXPECT_EQ(late, (std::vector<std::string>{"open"}));
        EXPECT_TRUE(co_await r.stop(in(10s)));
        EXPECT_TRUE(co_await beside.stop(in(10s)));
    });
}

TEST_F(reader_integration, reads_what_compaction_left) {
    create(1, {{"cleanup.policy", "compact"},
               {"segment.ms", "100"},
               {"min.cleanable.dirty.ratio", "0.001"},
               {"min.compaction.lag.ms", "0"},
               {"delete.retention.ms", "0"}});
    run([&]() -> async::awaitable<void> {
        const auto out = make_producer();
        EXPECT_FALSE(co_await out->warm_up(in(10s)));
        const auto t = out->topic(topic);
        for (int i = 0; i < 200; ++i) {
            const std::string key = "k" + std::to_string(i % 4);
            const std::string value = std::to_string(i);
            EXPECT_TRUE(out->at(0).publish_detached({.topic = t, .key = key, .value = value}));
            if (i % 50 == 49) {
                EXPECT_TRUE(co_await out->flush(in(10s)));
                co_await pause(150ms);
            }
        }
        EXPECT_FALSE((co_await out->at(0).publish({.topic = t, .key = "k0", .tombstone = true})).error);
        co_await out->stop(in(10s));

        // The last value of each key is what a view needs; how much the cleaner took meanwhile does not
        // matter.
        std::map<std::string, std::string> view;
        reader r(all_of_it(), context.get_executor(), consumed);
        EXPECT_FALSE(co_await r.start(in(20s)));
        while (!r.caught_up()) {
            const auto batch = co_await r.next_batch();
            if (!batch) break;
            for (const auto& rec : *batch)
                if (rec.tombstone())
                    view.erase(std::string(rec.key()));
                else
                    view[std::string(rec.key())] = rec.value();
        }
        const std::map<std::string, std::string> wanted{{"k1", "197"}, {"k2", "198"}, {"k3", "199"}};
        EXPECT_EQ(view, wanted);
        EXPECT_TRUE(co_await r.stop(in(10s)));
    });
}

TEST_F(reader_integration, begins_at_a_time) {
    create(1);
    run([&]() -> async::awaitable<void> {
        const auto out = make_producer();
        const auto t = out->topic(topic);
        EXPECT_FALSE((co_await out->at(0).publish({.topic = t, .key = "k", .value = "old"})).error);
        co_await pause(50ms);
        const auto since = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        co_await pause(50ms);
        EXPECT_FALSE((co_await out->at(0).publish({.topic = t, .key = "k", .value = "new"})).error);
        source from{.topic = topic, .from = source::start::since, .since = since};
        reader r({client, {from}}, context.get_executor(), consumed);
        EXPECT_FALSE(co_await r.start(in(20s)));
        EXPECT_EQ(co_await read_to_end(r), (std::vector<std::string>{"k=new"}));
        from.since += std::chrono::hours(1);
        reader later({client, {from}}, context.get_executor(), consumed);
        EXPECT_FALSE(co_await later.start(in(20s)));
        EXPECT_TRUE(later.caught_up()) << "a time after the last record is the end";
        co_await r.stop(in(10s));
        co_await later.stop(in(10s));
        co_await out->stop(in(10s));
    });
}

TEST_F(reader_integration, a_missing_topic_is_told) {
    run([&]() -> async::awaitable<void> {
        reader r(all_of_it(), context.get_executor(), consumed);
        EXPECT_EQ(co_await r.start(in(10s)), errc::not_found);
        const auto out = make_producer();
        EXPECT_EQ(co_await out->warm_up(in(10s)), errc::not_found);
        co_await out->stop(in(100ms));
        co_await r.stop(in(10s));
    });
}

} // namespace
} // namespace voltlane::kafka
