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
    std::unique_ptr<workers::relay> make_relay() { return make_relay(settings()); }
    std::unique_ptr<workers::relay> make_relay(workers::relay_settings s) {
        registries.push_back(std::make_unique<metrics::registry>());
        return std::make_unique<workers::relay>(std::move(s), *registries.back(), pg_metrics, clock,
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

// A relay whose init hangs loses its lock; its successor publishes what it had read, and newer. Here the
// successor's work happens by hand between the relay's first look and its first publication: what the first
// look read must not be published.
TEST_F(relay_test, publishes_only_what_it_read_after_its_fence_stood) {
    const std::string key = "1/charger";
    queue(key, "old");
    // A transaction of the same id is open: the relay's init has to end it first, which takes a while.
    kafka::transactional_settings of_other;
    of_other.producer.client = kafka.client();
    of_other.producer.topics = {topic};
    of_other.transactional_id = topic + "-" + std::to_string(store::outbox_shard(key));
    kafka::transactional_producer other(of_other);
    auto relay = make_relay();
    run([&]() -> async::awaitable<void> {
        EXPECT_FALSE(co_await other.init(in(10s)));
        EXPECT_FALSE(other.begin());
        kafka::record record;
        record.topic = other.topic(topic);
        record.key = key;
        record.value = "open";
        EXPECT_FALSE(other.produce(record));
        relay->start();
        async::steady_timer timer(context.get_executor());
        while (registries.back()->text().find("relay_shards 8") == std::string::npos) {
            timer.expires_after(1ms);
            co_await timer.async_wait(async::use);
        }
        // The first look has read "old", and its init asks the broker; this thread is the relay's, too.
        database.exec("delete from outbox");
        queue(key, "new");
        EXPECT_TRUE(co_await empty());
        const auto log = co_await log_by_key();
        EXPECT_EQ(log.at(key), std::vector<std::string>{"new"});
        EXPECT_TRUE(co_await relay->stop(in(10s)));
    });
}

TEST_F(relay_test, takes_large_values_in_several_transactions) {
    auto small = settings();
    small.most = 3;
    small.most_bytes = 20'000;
    auto relay = make_relay(small);
    std::vector<std::string> wanted;
    for (int n = 0; n < 10; ++n) {
        wanted.push_back(std::string(15'000, static_cast<char>('a' + n)));
        queue("1/a", wanted.back());
    }
    pg::database db(database.settings());
    const store::shard_look look{store::outbox_shard("1/a"), 0};
    const auto read = [&](std::int64_t most, std::int64_t bytes) {
        return db.read([&](pg::transaction& t) { return store::read_outbox(t, {&look, 1}, most, bytes); })
            .size();
    };
    EXPECT_EQ(read(5, 1'000'000), 5u);
    EXPECT_EQ(read(5, 20'000), 2u);
    EXPECT_EQ(read(5, 1), 1u); // never nothing
    run([&]() -> async::awaitable<void> {
        relay->start();
        EXPECT_TRUE(co_await empty());
        const auto log = co_await log_by_key();
        EXPECT_EQ(log.at("1/a"), wanted);
        EXPECT_TRUE(co_await relay->stop(in(10s)));
    });
}

TEST_F(relay_test, looks_pass_over_ids_far_below_until_the_full_one) {
    queue("1/a", "1");
    pg::database db(database.settings());
    const auto id = std::stoll(value("select id from outbox"));
    const auto read = [&](std::int64_t above) {
        const store::shard_look look{store::outbox_shard("1/a"), above};
        return db.read([&](pg::transaction& t) { return store::read_outbox(t, {&look, 1}, 5, 100); }).size();
    };
    EXPECT_EQ(read(id), 0u);
    EXPECT_EQ(read(id - 1), 1u);
    EXPECT_EQ(read(id - 100'000), 1u);
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
