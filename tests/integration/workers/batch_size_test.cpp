#include "kafka_fixture.hpp"
#include "workers/runtime/pool_runner.hpp"

#include <atomic>
#include <mutex>

namespace voltlane::testing {
namespace {

using namespace std::chrono_literals;

// What the pool's handler does, and what it saw; used on database threads.
struct behaviour {
    std::atomic<std::size_t> most = 1000; // larger batches meet statement_timeout
    std::atomic<bool> broken = false;     // every statement is refused as wrong
    std::mutex mutex;
    std::vector<std::size_t> committed; // sizes of the batches

    std::vector<std::size_t> sizes() {
        const std::lock_guard lock(mutex);
        return committed;
    }
};

class heavy_pool final : public workers::partitioned_pool {
public:
    heavy_pool(std::string topic, behaviour& b) : topic_(std::move(topic)), behaviour_(b) {}
    std::string_view name() const override { return "heavy"; }
    std::string_view topic() const override { return topic_; }
    int schema_version() const override { return 1; }
    bool concerns(std::string_view) const override { return true; }
    std::unique_ptr<workers::partition_handler> open(std::int32_t) override {
        return std::make_unique<handler>(behaviour_);
    }

private:
    class handler final : public workers::partition_handler {
    public:
        explicit handler(behaviour& b) : behaviour_(b) {}
        std::vector<workers::unreadable_record> prepare(std::span<const workers::source_record>) override {
            return {};
        }
        void write(pg::transaction&, std::span<const std::size_t> which) override {
            if (behaviour_.broken) throw pg::failure(pg::failure_kind::defect, "42P01", "no such table");
            if (which.size() > behaviour_.most)
                throw pg::failure(pg::failure_kind::unavailable, "57014", "statement timeout");
            size_ = which.size();
        }
        void committed() override {
            const std::lock_guard lock(behaviour_.mutex);
            behaviour_.committed.push_back(size_);
        }
        void rolled_back() override {}
        void forget() override {}

    private:
        behaviour& behaviour_;
        std::size_t size_ = 0;
    };
    std::string topic_;
    behaviour& behaviour_;
};

class heavy_test : public kafka_test {
protected:
    std::unique_ptr<workers::pool_runner> make_runner() {
        workers::pool_settings s;
        s.kafka = kafka.client();
        s.batches.linger = 0ms;
        return std::make_unique<workers::pool_runner>(std::make_unique<heavy_pool>(topic, behaviour_), s,
                                                      pool, registry, consumer_metrics, clock,
                                                      context.get_executor());
    }
    void publish_events(int count) {
        charger_log log(tenant);
        log.charger("bura"); // one key, one partition
        for (int i = 0; i < count; ++i)
            log.opened();
        publish(log);
    }
    bool stuck(const std::string& wanted) const {
        return registry.text().find("worker_stuck_partitions{pool=\"heavy\"} " + wanted) != std::string::npos;
    }

    behaviour behaviour_;
};

TEST_F(heavy_test, batch_that_takes_too_long_is_written_in_pieces) {
    publish_events(7);
    behaviour_.most = 2;
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(
            co_await eventually([&] { return value("select sum(position) from consumer_offsets") == "7"; }));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
    std::size_t events = 0;
    for (const auto size : behaviour_.sizes()) {
        EXPECT_LE(size, 2u);
        events += size;
    }
    EXPECT_EQ(events, 7u);
}

TEST_F(heavy_test, event_that_takes_too_long_alone_is_seen) {
    publish_events(2);
    behaviour_.most = 0;
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(co_await eventually([&] { return stuck("1"); }));
        EXPECT_EQ(value("select sum(position) from consumer_offsets"), "0");
        behaviour_.most = 1;
        EXPECT_TRUE(
            co_await eventually([&] { return value("select sum(position) from consumer_offsets") == "2"; }));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
    EXPECT_TRUE(stuck("0"));
}

TEST_F(heavy_test, batch_that_is_refused_as_wrong_is_seen) {
    publish_events(1);
    behaviour_.broken = true;
    auto runner = make_runner();
    run([&]() -> async::awaitable<void> {
        runner->start();
        EXPECT_TRUE(co_await eventually([&] { return stuck("1"); }));
        behaviour_.broken = false; // upgraded
        EXPECT_TRUE(
            co_await eventually([&] { return value("select sum(position) from consumer_offsets") == "1"; }));
        EXPECT_TRUE(co_await eventually([&] { return stuck("0"); }));
        EXPECT_TRUE(co_await runner->stop(std::chrono::steady_clock::now() + 5s));
    });
}

} // namespace
} // namespace voltlane::testing
