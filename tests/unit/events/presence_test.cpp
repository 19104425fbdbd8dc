#include "shared/events/presence.hpp"

#include "unit/events/golden.hpp"
#include "unit/events/hostile.hpp"

#include <gtest/gtest.h>

namespace voltlane::events {
namespace {

using namespace std::chrono_literals;

const timestamp noon = std::chrono::sys_days{std::chrono::year{2025} / 9 / 5} + 12h + 1us;

presence of(presence_state state) {
    presence p{state, "gateway-1", "5f3a", partition_id{63}, {}, "BURA", "ocpp1.6", noon};
    if (state != presence_state::opened) p.connection = {2, 99};
    return p;
}

TEST(presence, golden_and_back) {
    for (const auto& [name, state] :
         {std::pair{"opened", presence_state::opened}, std::pair{"closed", presence_state::closed},
          std::pair{"held", presence_state::held}}) {
        const presence want = of(state);
        testing::expect_golden(std::string("presence.") + name, encode(want));
        const auto r = parse_presence(encode(want));
        ASSERT_TRUE(r) << name;
        EXPECT_EQ(r->state, want.state);
        EXPECT_EQ(r->gateway, want.gateway);
        EXPECT_EQ(r->instance, want.instance);
        EXPECT_EQ(r->partition, want.partition);
        EXPECT_EQ(r->connection, want.connection);
        EXPECT_EQ(r->identity, want.identity);
        EXPECT_EQ(r->protocol, want.protocol);
        EXPECT_EQ(r->at, want.at);
    }
}

TEST(presence, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("presence.closed");
    testing::expect_hostile_refused(good, parse_presence);
    testing::expect_unknown_members_ignored(good, parse_presence);
    testing::expect_required(
        good, {"state", "gateway", "instance", "partition", "epoch", "identity", "protocol", "at"},
        parse_presence);
    std::string wide = good;
    wide.replace(wide.find(":63"), 3, ":2147483648");
    EXPECT_FALSE(parse_presence(wide));
    std::string unknown = good;
    unknown.replace(unknown.find("closed"), 6, "closer");
    EXPECT_FALSE(parse_presence(unknown));
}

TEST(beat, golden_and_back) {
    const beat want{"gateway-1", "5f3a", partition_id{0}, 12'345, true, noon};
    testing::expect_golden("beat.leaving", encode(want));
    const auto r = parse_beat(encode(want));
    ASSERT_TRUE(r);
    EXPECT_EQ(r->gateway, want.gateway);
    EXPECT_EQ(r->instance, want.instance);
    EXPECT_EQ(r->partition, want.partition);
    EXPECT_EQ(r->chargers, want.chargers);
    EXPECT_EQ(r->leaving, want.leaving);
    EXPECT_EQ(r->at, want.at);
}

TEST(beat, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("beat.leaving");
    testing::expect_hostile_refused(good, parse_beat);
    testing::expect_unknown_members_ignored(good, parse_beat);
    testing::expect_required(good, {"gateway", "instance", "partition", "chargers", "leaving", "at"},
                             parse_beat);
}

} // namespace
} // namespace voltlane::events
