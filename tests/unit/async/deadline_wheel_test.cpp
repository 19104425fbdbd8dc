#include "shared/async/deadline_wheel.hpp"

#include <gtest/gtest.h>

namespace voltlane::async {
namespace {

using namespace std::chrono_literals;

struct counted : wheel_entry {
    void on_deadline() override { ++calls; }
    int calls = 0;
};

struct wheel_test : ::testing::Test {
    void advance(int ticks) {
        for (int i = 0; i < ticks; ++i)
            wheel.advance();
    }
    asio::io_context context{1};
    deadline_wheel wheel{context.get_executor()};
};

TEST_F(wheel_test, calls_once_never_early_and_at_most_a_tick_late) {
    counted entry;
    wheel.schedule(entry, 5s);
    advance(5);
    EXPECT_EQ(entry.calls, 0);
    advance(1);
    EXPECT_EQ(entry.calls, 1);
    advance(2000);
    EXPECT_EQ(entry.calls, 1);
}

TEST_F(wheel_test, a_later_deadline_moves_lazily_an_earlier_one_at_once) {
    counted later;
    counted earlier;
    wheel.schedule(later, 5s);
    wheel.schedule(later, 20s);
    wheel.schedule(earlier, 20s);
    wheel.schedule(earlier, 5s);
    advance(6);
    EXPECT_EQ(later.calls, 0);
    EXPECT_EQ(earlier.calls, 1);
    advance(15);
    EXPECT_EQ(later.calls, 1);
}

TEST_F(wheel_test, deadlines_beyond_one_round_and_cancelled_ones) {
    counted far;
    counted cancelled;
    wheel.schedule(far, 1200s);
    wheel.schedule(cancelled, 3s);
    wheel.cancel(cancelled);
    advance(1200);
    EXPECT_EQ(far.calls, 0);
    advance(1);
    EXPECT_EQ(far.calls, 1);
    EXPECT_EQ(cancelled.calls, 0);
}

TEST_F(wheel_test, an_entry_may_schedule_itself_again_or_die_while_scheduled) {
    struct periodic : wheel_entry {
        explicit periodic(deadline_wheel& w) : wheel(w) {}
        void on_deadline() override {
            ++calls;
            wheel.schedule(*this, 0s);
        }
        deadline_wheel& wheel;
        int calls = 0;
    } again(wheel);
    wheel.schedule(again, 0s);
    {
        counted gone;
        wheel.schedule(gone, 1s);
    }
    advance(4);
    EXPECT_EQ(again.calls, 4);
}

} // namespace
} // namespace voltlane::async
