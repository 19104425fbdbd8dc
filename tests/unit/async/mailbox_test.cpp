#include "shared/async/mailbox.hpp"

#include "shared/async/shards.hpp"

#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::async {
namespace {

TEST(mailbox, hands_over_everything_in_order_and_in_batches) {
    asio::io_context context(1);
    std::vector<int> got;
    int deliveries = 0;
    mailbox<int> box(context.get_executor(), [&](std::vector<int>& batch) {
        ++deliveries;
        got.insert(got.end(), batch.begin(), batch.end());
    });
    for (int i = 0; i < 100; ++i)
        box.push(i);
    box.push(std::vector<int>{100, 101});
    box.push(std::vector<int>{});
    context.run();
    std::vector<int> want(102);
    std::iota(want.begin(), want.end(), 0);
    EXPECT_EQ(got, want);
    EXPECT_EQ(deliveries, 1);
}

TEST(mailbox, loses_nothing_from_another_thread) {
    shards two(2);
    constexpr int items = 20'000;
    long sum = 0;
    int count = 0;
    mailbox<int> box(two.get_executor(0), [&](std::vector<int>& batch) {
        for (const int i : batch)
            sum += i;
        count += static_cast<int>(batch.size());
        if (count == items) two.stop();
    });
    std::thread sender([&] {
        for (int i = 0; i < items; ++i)
            box.push(i);
    });
    two.run();
    sender.join();
    EXPECT_EQ(count, items);
    EXPECT_EQ(sum, long{items} * (items - 1) / 2);
}

TEST(mailbox, is_silent_after_close) {
    asio::io_context context(1);
    int deliveries = 0;
    mailbox<int> box(context.get_executor(), [&](std::vector<int>&) { ++deliveries; });
    box.push(1);
    box.close();
    context.run();
    EXPECT_EQ(deliveries, 0);
}

} // namespace
} // namespace voltlane::async
