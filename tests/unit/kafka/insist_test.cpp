#include "shared/kafka/insist.hpp"

#include "producer_fixture.hpp"

namespace voltlane::kafka {
namespace {

class insist_test : public ::testing::Test {
protected:
    // The attempts end with these, in order; afterwards they succeed.
    bool insist_on(std::vector<error_code> ends, int over_after = 100) {
        bool done = false;
        auto attempt = [this, ends = std::move(ends)]() -> async::awaitable<error_code> {
            const auto n = static_cast<std::size_t>(attempts_++);
            co_return n < ends.size() ? ends[n] : error_code();
        };
        auto over = [this, over_after] {
            return attempts_ >= over_after;
        };
        auto failed = [this](error_code) {
            ++told_;
        };
        voltlane::testing::run_coro(context_, [&]() -> async::awaitable<void> {
            done = co_await insist(context_.get_executor(), attempt, over, failed, 0ms);
        });
        return done;
    }

    boost::asio::io_context context_;
    int attempts_ = 0;
    int told_ = 0;
};

TEST_F(insist_test, an_attempt_that_succeeds_is_the_only_one) {
    EXPECT_TRUE(insist_on({}));
    EXPECT_EQ(attempts_, 1);
    EXPECT_EQ(told_, 0);
}

TEST_F(insist_test, failures_are_told_and_repeated_until_one_succeeds) {
    EXPECT_TRUE(insist_on({errc::unavailable, errc::not_found, errc::unavailable}));
    EXPECT_EQ(attempts_, 4);
    EXPECT_EQ(told_, 3);
}

TEST_F(insist_test, a_stopped_reader_ends_it) {
    EXPECT_FALSE(insist_on({errc::unavailable, errc::stopped}));
    EXPECT_EQ(attempts_, 2);
}

TEST_F(insist_test, its_owner_that_leaves_ends_it) {
    EXPECT_FALSE(insist_on(std::vector<error_code>(50, errc::unavailable), 3));
    EXPECT_EQ(attempts_, 3);
}

TEST_F(producer_fixture, a_reader_that_lost_its_place_while_the_broker_was_away_reads_again_once_it_is_back) {
    bool cluster_up = true;
    make_producer();
    run([&]() -> async::awaitable<void> {
        EXPECT_TRUE(here().publish_detached(to("k", "v")));
        EXPECT_TRUE(co_await made->flush(in(5s)));
        reader r(reader_settings{cluster.consumer(), {{.topic = "t"}}}, context.get_executor(), consumed);
        EXPECT_FALSE(co_await r.start(in(5s)));
        cluster.broker_down();
        cluster_up = false;
        auto attempt = [&] {
            return r.restart(in(cluster_up ? 5s : std::chrono::seconds(0)));
        };
        auto over = [] {
            return false;
        };
        auto failed = [&](error_code) {
            cluster.broker_up();
            cluster_up = true;
        };
        EXPECT_TRUE(co_await insist(context.get_executor(), attempt, over, failed, 0ms));
        int count = 0;
        while (!r.caught_up()) {
            const auto batch = co_await r.next_batch();
            if (!batch) break;
            count += static_cast<int>(batch->size());
        }
        EXPECT_EQ(count, 1);
        co_await r.stop(in(5s));
    });
    EXPECT_TRUE(cluster_up);
}

} // namespace
} // namespace voltlane::kafka
