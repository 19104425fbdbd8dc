#include "api/live/presence_view.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;
using events::presence_state;

class presence_view_test : public ::testing::Test {
protected:
    void say(presence_state state, const std::string& gateway, std::int64_t offset,
             std::int64_t spoken_of = -1) {
        events::presence p;
        p.state = state;
        p.instance = gateway;
        p.partition = partition_id(3);
        p.connection = {1, spoken_of};
        view_.apply(key_, p, epoch{1, offset});
    }
    void beat(const std::string& gateway, bool leaving = false, bool catching_up = false,
              std::chrono::seconds age = 0s) {
        events::beat b;
        b.instance = gateway;
        b.leaving = leaving;
        b.at = clock_.now() - age;
        view_.apply(b, catching_up);
    }
    std::string holder() const {
        const auto place = view_.find(key_);
        return place ? place->instance + "@" + std::to_string(place->connection.offset) : "nobody";
    }

    manual_clock clock_{timestamp(std::chrono::seconds(1'700'000'000))};
    presence_view view_{clock_};
    charger_key key_{tenant_id(1), "cp"};
};

TEST_F(presence_view_test, newest_connection_wins_and_an_old_close_says_nothing) {
    EXPECT_EQ(holder(), "nobody");
    say(presence_state::opened, "a", 5);
    EXPECT_EQ(holder(), "a@5");
    say(presence_state::opened, "b", 9);
    say(presence_state::closed, "a", 10, 5);
    EXPECT_EQ(holder(), "b@9");
    say(presence_state::held, "a", 11, 5);
    EXPECT_EQ(holder(), "b@9");
    say(presence_state::closed, "b", 12, 9);
    EXPECT_EQ(holder(), "nobody");
}

TEST_F(presence_view_test, a_held_record_restores_what_compaction_took) {
    say(presence_state::closed, "a", 10, 5); // all that is left
    EXPECT_EQ(holder(), "nobody");
    say(presence_state::held, "b", 11, 9);
    EXPECT_EQ(holder(), "b@9");
}

TEST_F(presence_view_test, a_gateway_that_leaves_takes_its_chargers_along) {
    beat("a");
    say(presence_state::opened, "a", 5);
    beat("a", true);
    EXPECT_EQ(holder(), "nobody");
}

TEST_F(presence_view_test, silence_counts_only_once_it_is_declared) {
    beat("a");
    say(presence_state::opened, "a", 5);
    clock_.advance(11s);
    EXPECT_EQ(holder(), "a@5");
    const auto silent = view_.silent();
    EXPECT_EQ(silent, std::vector<std::string>{"a"});
    beat("a"); // it spoke while the end of the log was confirmed
    view_.declare_gone(silent);
    EXPECT_EQ(holder(), "a@5");
    clock_.advance(11s);
    view_.declare_gone(view_.silent());
    EXPECT_EQ(holder(), "nobody");
    EXPECT_TRUE(view_.silent().empty());
    beat("a"); // a stopped process that goes on
    EXPECT_EQ(holder(), "a@5");
}

TEST_F(presence_view_test, an_old_beat_read_at_start_is_no_sign_of_life) {
    say(presence_state::opened, "a", 5);
    beat("a", false, true, 60s);
    EXPECT_EQ(view_.silent(), std::vector<std::string>{"a"});
    beat("a", false, true, 2s);
    EXPECT_TRUE(view_.silent().empty());
}

} // namespace
} // namespace voltlane::api
