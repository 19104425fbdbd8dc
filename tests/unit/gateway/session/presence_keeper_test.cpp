#include "gateway/session/presence_keeper.hpp"

#include <gtest/gtest.h>

namespace voltlane::gateway {
namespace {

using verdict = presence_keeper::verdict;
using events::presence_state;

class presence_keeper_test : public ::testing::Test {
protected:
    presence_keeper_test() { keeper.on_publish(at); }

    presence_note note(presence_state state, std::int64_t place, std::int64_t speaks_of = -1,
                       const std::string& by = "other") {
        presence_note n;
        n.record.state = state;
        n.record.instance = by;
        n.record.connection = {1, speaks_of};
        n.record.at = by == instance ? at : at + std::chrono::seconds(1);
        n.place = {1, place};
        return n;
    }

    const std::string instance = "gateway-1.abc";
    timestamp at{std::chrono::seconds(1'000)};
    presence_keeper keeper{instance, 1};
};

TEST_F(presence_keeper_test, the_report_gives_the_epoch) {
    EXPECT_EQ(keeper.on_report(10), verdict::known);
    EXPECT_EQ(keeper.connection(), (epoch{1, 10}));
    EXPECT_EQ(keeper.on_note(note(presence_state::opened, 10, -1, instance)), verdict::nothing);
}

TEST_F(presence_keeper_test, without_an_offset_in_the_report_the_record_read_back_does) {
    EXPECT_EQ(keeper.on_report(-1), verdict::nothing);
    EXPECT_EQ(keeper.on_note(note(presence_state::opened, 10, -1, instance)), verdict::known);
    EXPECT_EQ(keeper.connection(), (epoch{1, 10}));
    EXPECT_EQ(keeper.on_report(10), verdict::nothing);
}

TEST_F(presence_keeper_test, a_repeated_record_of_ours_is_ours_too) {
    keeper.on_report(10);
    EXPECT_EQ(keeper.on_note(note(presence_state::opened, 12, -1, instance)), verdict::nothing);
    EXPECT_EQ(keeper.connection(), (epoch{1, 10}));
    EXPECT_EQ(keeper.latest(), (epoch{1, 12}));
    EXPECT_TRUE(keeper.is_ours({1, 10}));
    EXPECT_TRUE(keeper.is_ours({1, 12}));
    EXPECT_FALSE(keeper.is_ours({1, 11}));
    EXPECT_FALSE(keeper.is_ours({}));
}

TEST_F(presence_keeper_test, a_higher_epoch_supersedes) {
    keeper.on_report(10);
    EXPECT_EQ(keeper.on_note(note(presence_state::opened, 11)), verdict::superseded);
    EXPECT_EQ(keeper.on_note(note(presence_state::held, 30, 20)), verdict::superseded);
}

TEST_F(presence_keeper_test, a_stale_record_behind_ours_is_corrected) {
    keeper.on_report(10);
    EXPECT_EQ(keeper.on_note(note(presence_state::closed, 11, 5)), verdict::hold);
    EXPECT_EQ(keeper.on_note(note(presence_state::held, 12, 5)), verdict::hold);
}

TEST_F(presence_keeper_test, what_lies_before_ours_says_nothing) {
    keeper.on_report(10);
    EXPECT_EQ(keeper.on_note(note(presence_state::opened, 9)), verdict::nothing);
    EXPECT_EQ(keeper.on_note(note(presence_state::closed, 9, 4)), verdict::nothing);
}

TEST_F(presence_keeper_test, what_was_read_before_the_epoch_was_known_counts_afterwards) {
    keeper.on_note(note(presence_state::opened, 20));
    EXPECT_EQ(keeper.on_report(10), verdict::superseded);

    presence_keeper second(instance, 1);
    second.on_publish(at);
    second.on_note(note(presence_state::closed, 11, 5));
    EXPECT_EQ(second.on_report(10), verdict::hold);

    presence_keeper third(instance, 1);
    third.on_publish(at);
    third.on_note(note(presence_state::closed, 9, 5));
    EXPECT_EQ(third.on_report(10), verdict::known);
}

TEST_F(presence_keeper_test, a_younger_generation_is_newer_whatever_the_offset) {
    keeper.on_report(1'000);
    auto n = note(presence_state::opened, 3);
    n.place.generation = 2;
    EXPECT_EQ(keeper.on_note(n), verdict::superseded);
}

} // namespace
} // namespace voltlane::gateway
