#include "shared/domain/command_life.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::domain {
namespace {

using namespace std::chrono_literals;
using events::command_state;

constexpr std::array all = {command_state::queued,        command_state::sent,    command_state::answered,
                            command_state::error,         command_state::timeout, command_state::expired,
                            command_state::undeliverable, command_state::refused};
constexpr timestamp t0 = timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / 10}};

events::reply reply(command_state s, std::chrono::seconds at) {
    events::reply r;
    r.state = s;
    r.at = t0 + at;
    if (s == command_state::answered) r.response = R"({"status":"Accepted"})";
    if (s == command_state::error) r.error_code = "GenericError";
    return r;
}

TEST(command_life, table_of_transitions) {
    // Rows from, columns to, both in the order of `all`.
    const std::array<std::string, 8> table = {
        ".xxxxxxx", // queued
        "..xxx...", // sent
        "........", // answered
        "........", // error
        "..xx....", // timeout
        ".xxxx.xx", // expired: assumed by a sweep, a gateway knows better
        ".xxxx..x", // undeliverable: the second attempt's news
        ".xxxx...", // refused
    };
    for (std::size_t from = 0; from < all.size(); ++from)
        for (std::size_t to = 0; to < all.size(); ++to)
            EXPECT_EQ(may_follow(all[from], all[to]), table[from][to] == 'x') << from << " -> " << to;
}

TEST(command_life, in_order) {
    command_life life;
    EXPECT_TRUE(apply(life, reply(command_state::sent, 1s)));
    EXPECT_EQ(life.sent_at, t0 + 1s);
    EXPECT_FALSE(life.ended_at);
    EXPECT_TRUE(apply(life, reply(command_state::answered, 2s)));
    EXPECT_EQ(life.state, command_state::answered);
    EXPECT_EQ(life.ended_at, t0 + 2s);
    EXPECT_EQ(life.response, R"({"status":"Accepted"})");
    EXPECT_FALSE(apply(life, reply(command_state::answered, 3s))) << "delivered twice";
    EXPECT_FALSE(apply(life, reply(command_state::timeout, 60s)));
    EXPECT_EQ(life.ended_at, t0 + 2s);
}

TEST(command_life, a_late_answer_moves_a_timeout) {
    command_life life;
    apply(life, reply(command_state::sent, 1s));
    apply(life, reply(command_state::timeout, 60s));
    EXPECT_EQ(life.ended_at, t0 + 60s);
    EXPECT_TRUE(apply(life, reply(command_state::error, 70s)));
    EXPECT_EQ(life.state, command_state::error);
    EXPECT_EQ(life.error_code, "GenericError");
    EXPECT_EQ(life.ended_at, t0 + 70s);
}

TEST(command_life, any_order_of_reading_ends_the_same) {
    std::vector<events::reply> replies{reply(command_state::undeliverable, 1s),
                                       reply(command_state::sent, 2s), reply(command_state::timeout, 60s),
                                       reply(command_state::answered, 65s)};
    std::vector<int> order{0, 1, 2, 3};
    do {
        command_life life;
        for (const int i : order)
            apply(life, replies[static_cast<std::size_t>(i)]);
        EXPECT_EQ(life.state, command_state::answered);
        EXPECT_EQ(life.sent_at, t0 + 2s);
        EXPECT_EQ(life.ended_at, t0 + 65s);
        EXPECT_EQ(life.response, R"({"status":"Accepted"})");
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(command_life, a_second_attempt_reopens_an_undeliverable_one) {
    command_life life;
    apply(life, reply(command_state::undeliverable, 1s));
    EXPECT_TRUE(life.ended_at);
    apply(life, reply(command_state::sent, 2s));
    EXPECT_EQ(life.state, command_state::sent);
    EXPECT_FALSE(life.ended_at);
}

TEST(command_life, rows_without_news_are_ended_after_the_grace) {
    const auto deadline = t0 + 60s;
    command_life queued;
    EXPECT_FALSE(overdue(queued, deadline, deadline + 29s));
    EXPECT_EQ(overdue(queued, deadline, deadline + 30s), command_state::expired);
    command_life sent;
    apply(sent, reply(command_state::sent, 1s));
    EXPECT_EQ(overdue(sent, deadline, deadline + 30s), command_state::timeout);
    for (const auto s : all) {
        command_life ended;
        apply(ended, reply(s, 1s));
        if (is_ended(s)) EXPECT_FALSE(overdue(ended, deadline, deadline + 300s));
    }
}

} // namespace
} // namespace voltlane::domain
