#include "workers/pools/relay.hpp"

#include "kafka_fixture.hpp"

#include <map>

namespace voltlane::testing {
namespace {

using namespace std::chrono_literals;

async::steady_point in(std::chrono::milliseconds d) {
    return std::chrono::steady_clock::now() + d;
}

class relay_test : public kafka_test {
protected:
    workers::relay_settings settings() {
        workers::relay_settings s;
        s.kafka = kafka.client();
        s.database = database.settings(pg::role::relay);
        s.poll = 20ms;
        s.id_prefix = topic + "-";
        s.topics = {topic};
        return s;
    }
    std::unique_ptr<workers::relay> make_relay() {
        registries.push_back(std::make_unique<metrics::registry>());
        return std::make_unique<workers::relay>(settings(), *registries.back(), pg_metrics, clock,
                                                context.get_executor());
    }
    void queue(const std::string& key, std::optional<std::string> value) {
        pg::database db(database.settings());
        db.run([&](pg::transaction& t) { store::queue(t, store::outbox_record{topic, key, value, 3}); });
    }
    // key -> its values in log order, as read_committed readers see them; a tombstone as "-".
    async::awaitable<std::map<std::string, std::vector<std::string>>> log_by_key() {
        kafka::reader reader({kafka.client(), {{.topic = topic}}}, context.get_executor(), consumer_metrics);
        EXPECT_FALSE(co_await reader.start(in(10s)));
        std::map<std::string, std::vector<std::string>> all;
        while (!reader.caught_up()) {
            const auto batch = co_await reader.next_batch();
            if (!batch) break;
            for (const auto& r : *batch) {
                EXPECT_EQ(r.header(events::topic::header_version), "3");
                all[std::string(r.key())].push_back(r.tombstone() ? "-" : std::string(r.value()));
            }
        }
        co_await reader.stop(in(5s));
        co_return all;
    }
    async::awaitable<bool> empty() {
        return eventually([this] { return value("select count(*) from outbox") == "0"; });
    }

    std::list<std::unique_ptr<metrics::registry>> registries;
};

TEST_F(relay_test, publishes_each_key_in_order_and_empties_the_outbox) {
    for (int n = 1; n <= 20; ++n)
        for (const auto* key : {"1/a", "1/b", "1/c", "2/a"})
            queue(key, std::to_string(n));
    queue("2/a", std::nullopt);
    auto relay = make_relay();
    run([&]() -> async::awaitable<void> {
        relay->start();
        EXPECT_TRUE(co_await empty());
        const auto log = co_await log_by_key();
        std::vector<std::string> wanted;
        for (int n = 1; n <= 20; ++n)
            wanted.push_back(std::to_string(n));
        for (const auto* key : {"1/a", "1/b", "1/c"})
            EXPECT_EQ(log.at(key), wanted) << key;
        wanted.push_back("-");
        EXPECT_EQ(log.at("2/a"), wanted);
        EXPECT_TRUE(co_await relay->stop(in(10s)));
    });
}

TEST_F(relay_test, that_was_stopped_and_resumes_is_fenced) {
    const std::string key = "1/charger";
    kafka::transactional_settings old;
    old.producer.client = kafka.client();
    old.producer.topics = {topic};
    old.transactional_id = topic + "-" + std::to_string(store::outbox_shard(key));
    kafka::transactional_producer stopped(old);
    queue(key, "new");
    auto relay = make_relay();
    run([&]() -> async::awaitable<void> {
        EXPECT_FALSE(co_await stopped.init(in(10s)));
        EXPECT_FALSE(stopped.begin());
        kafka::record record;
        record.topic = stopped.topic(topic);
        record.key = key;
        record.value = "old";
        EXPECT_FALSE(stopped.produce(record));
        relay->start(); // its successor
        EXPECT_TRUE(co_await empty());
        EXPECT_TRUE(co_await stopped.commit(in(10s))); // an error
        const auto log = co_await log_by_key();
        EXPECT_EQ(log.at(key), std::vector<std::string>{"new"});
        EXPECT_TRUE(co_await relay->stop(in(10s)));
    });
}

TEST_F(relay_test, takes_over_when_the_others_connection_is_gone) {
    auto first = make_relay();
    auto second = make_relay();
    queue("1/a", "1");
    run([&]() -> async::awaitable<void> {
        first->start();
        EXPECT_TRUE(co_await empty());
        second->start();
        EXPECT_TRUE(co_await first->stop(in(10s)));
        first.reset(); // its connection closes, and with it the locks
        queue("1/a", "2");
        EXPECT_TRUE(co_await empty());
        const auto log = co_await log_by_key();
        EXPECT_EQ(log.at("1/a"), (std::vector<std::string>{"1", "2"}));
        EXPECT_TRUE(co_await second->stop(in(10s)));
    });
}

TEST_F(relay_test, finds_what_committed_late) {
    auto relay = make_relay();
    pg::connection late(database.settings(pg::role::admin));
    run([&]() -> async::awaitable<void> {
        relay->start();
        {
            pg::transaction open(late, pg::access::read_write);
            store::queue(open, store::outbox_record{topic, "1/late", "late", 3}); // takes the lower id
            queue("1/early", "early");
            EXPECT_TRUE(co_await eventually([this] { return value("select count(*) from outbox") == "0"; }));
            open.commit();
        }
        EXPECT_TRUE(co_await empty());
        const auto log = co_await log_by_key();
        EXPECT_EQ(log.size(), 2u);
        EXPECT_TRUE(co_await relay->stop(in(10s)));
    });
}

} // namespace
} // namespace voltlane::testing
