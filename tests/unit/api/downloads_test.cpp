#include "api/downloads.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

domain::caller caller(std::int64_t account, std::optional<std::int64_t> tenant) {
    domain::caller who;
    who.account = account_id(account);
    if (tenant) who.tenant = tenant_id(*tenant);
    return who;
}

using slots = std::vector<std::shared_ptr<const download_slots::slot>>;

TEST(download_slots, an_account_has_two) {
    download_slots all;
    slots held{all.take(caller(1, 1)), all.take(caller(1, 1))};
    EXPECT_TRUE(held[0] && held[1]);
    EXPECT_FALSE(all.take(caller(1, 1)));
    EXPECT_TRUE(all.take(caller(2, 1)));
    held.pop_back();
    EXPECT_TRUE(all.take(caller(1, 1))) << "one has ended";
}

TEST(download_slots, a_tenant_has_four_and_drivers_do_not_share) {
    download_slots all;
    slots held;
    for (std::int64_t n = 1; n <= download_slots::most_per_tenant; ++n)
        held.push_back(all.take(caller(n, 1)));
    EXPECT_TRUE(held.back());
    EXPECT_FALSE(all.take(caller(9, 1)));
    EXPECT_TRUE(all.take(caller(9, 2)));
    for (std::int64_t n = 10; n <= 20; ++n)
        EXPECT_TRUE(held.emplace_back(all.take(caller(n, std::nullopt))));
}

TEST(download_slots, a_process_has_thirty_two_and_forgets_those_that_ended) {
    download_slots all;
    for (int round = 0; round < 3; ++round) {
        slots held;
        for (std::int64_t n = 1; n <= download_slots::most; ++n)
            EXPECT_TRUE(held.emplace_back(all.take(caller(n, n))));
        EXPECT_FALSE(all.take(caller(99, 99)));
        EXPECT_FALSE(all.take(caller(99, std::nullopt)));
    }
}

TEST(download_slots, one_may_outlive_the_count_and_end_on_any_thread) {
    auto all = std::make_unique<download_slots>();
    auto held = all->take(caller(1, 1));
    all.reset();
    std::thread([last = std::move(held)]() mutable { last.reset(); }).join();
    EXPECT_FALSE(held);
}

TEST(download, ends_with_its_time_or_with_its_token) {
    manual_clock c(timestamp{});
    download d;
    d.until = c.steady_now() + download::most_time;
    d.who.expires_at = c.now() + 1h;
    EXPECT_FALSE(d.over(c));
    c.advance(download::most_time - 1us);
    EXPECT_FALSE(d.over(c));
    c.advance(1us);
    EXPECT_TRUE(d.over(c));
    d.until = c.steady_now() + 10h;
    EXPECT_FALSE(d.over(c));
    c.advance(30min);
    EXPECT_TRUE(d.over(c)) << "the token has expired";
}

} // namespace
} // namespace voltlane::api
