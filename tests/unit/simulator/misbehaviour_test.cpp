#include "unit/simulator/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

std::string first_value(const rig::call& c, const char* name) {
    const auto& v = c.payload.at("meterValue").at(0).at("sampledValue").at(0).as_object().at(name);
    return v.is_string() ? std::string(v.as_string()) : boost::json::serialize(v);
}

rig with(void (*change)(scenario::misbehaviour_part&)) {
    auto s = plain_scenario();
    change(s.misbehaviour);
    return rig(s);
}

TEST(misbehaviour, repeats_an_answered_start_and_notices_another_id) {
    auto r = with([](auto& m) { m.repeated_start = 1; });
    r.run_for(20);
    const auto starts = r.sent("StartTransaction");
    ASSERT_EQ(starts.size(), 2U);
    EXPECT_EQ(starts[0].payload, starts[1].payload);
    EXPECT_NE(starts[0].id, starts[1].id);
    EXPECT_EQ(r.counts.changed_transaction_ids, 1U); // the rig gives each start a new one
}

TEST(misbehaviour, repeats_a_stop) {
    auto r = with([](auto& m) { m.repeated_stop = 1; });
    r.run_for(80);
    ASSERT_EQ(r.sent("StopTransaction").size(), 2U);
    EXPECT_EQ(r.sent("StopTransaction")[0].payload, r.sent("StopTransaction")[1].payload);
}

TEST(misbehaviour, forgets_a_stop) {
    auto r = with([](auto& m) { m.missing_stop = 1; });
    r.run_for(100);
    EXPECT_TRUE(r.sent("StopTransaction").empty());
    EXPECT_EQ(r.sent("StartTransaction").size(), 2U);
}

TEST(misbehaviour, sends_values_after_the_stop) {
    auto r = with([](auto& m) { m.late_values = 1; });
    r.run_for(75);
    ASSERT_FALSE(r.sent("StopTransaction").empty());
    const auto values = r.sent("MeterValues");
    EXPECT_GE(values.back().at, r.sent("StopTransaction")[0].at);
    EXPECT_EQ(rig::integer(values.back(), "transactionId"), 1000);
}

TEST(misbehaviour, loses_its_transaction_id) {
    auto r = with([](auto& m) { m.missing_id = 1; });
    r.run_for(80);
    EXPECT_EQ(rig::integer(r.sent("MeterValues")[0], "transactionId"), -1);
    EXPECT_EQ(rig::integer(r.sent("StopTransaction")[0], "transactionId"), -1);
}

TEST(misbehaviour, loses_its_register) {
    auto r = with([](auto& m) { m.meter_reset = 1; });
    r.run_for(80);
    EXPECT_LT(rig::integer(r.sent("StopTransaction")[0], "meterStop"),
              rig::integer(r.sent("StartTransaction")[0], "meterStart"));
}

TEST(misbehaviour, spells_energy_in_kwh_and_values_as_numbers) {
    auto r = with([](auto& m) { m.kwh_units = m.number_values = 1; });
    r.run_for(25);
    const auto values = r.sent("MeterValues");
    ASSERT_EQ(values.size(), 1U);
    EXPECT_EQ(first_value(values[0], "unit"), "kWh");
    EXPECT_TRUE(values[0].payload.at("meterValue").at(0).at("sampledValue").at(0).at("value").is_double());
}

TEST(misbehaviour, has_no_clock) {
    auto r = with([](auto& m) { m.no_clock = 1; });
    r.run_for(15);
    EXPECT_TRUE(rig::text(r.sent("StartTransaction")[0], "timestamp").starts_with("1970-01-01T00:00:12"));
}

TEST(misbehaviour, has_a_wrong_clock_whatever_it_is_told) {
    auto r = with([](auto& m) {
        m.wrong_clock = 1;
        m.clock_error = {3600, 3600};
    });
    r.run_for(15);
    const auto start = r.sent("StartTransaction")[0];
    EXPECT_EQ(rig::text(start, "timestamp"), format_millis(after(start.at, 3600)));
}

TEST(misbehaviour, floods_with_statuses) {
    auto r = with([](auto& m) {
        m.status_flood = 1;
        m.flood_every = {1, 1};
    });
    r.run_for(60);
    EXPECT_GE(r.sent("StatusNotification").size(), 55U);
}

TEST(misbehaviour, keeps_silent_on_commands) {
    auto r = with([](auto& m) { m.unanswered_commands = 1; });
    EXPECT_EQ(r.command("GetConfiguration", "{}"), "");
    EXPECT_EQ(r.counts.commands.at("GetConfiguration").answers.at("(kept silent)"), 1U);
}

TEST(misbehaviour, sends_broken_frames_beside_good_ones) {
    auto r = with([](auto& m) { m.broken_frames = 1; });
    r.run_for(90);
    EXPECT_EQ(r.log.size(), 2 * r.calls.size());
    EXPECT_EQ(r.sent("StopTransaction").size(), 1U);
}

TEST(misbehaviour, forgets_its_socket_half_open) {
    auto s = plain_scenario();
    s.network.outages.every = {30, 30};
    s.network.outages.lasting = {4, 4};
    s.network.outages.kind = outage_kind::half_open;
    rig r(s);
    r.run_for(35);
    EXPECT_THAT(r.wishes, ::testing::ElementsAre(line_wish::dial, line_wish::abandon, line_wish::dial));
}

TEST(misbehaviour, loses_the_network_together_with_all_others) {
    auto s = idle_scenario();
    s.network.outages.every = {60, 60};
    s.network.outages.lasting = {1, 20};
    s.network.outages.together = true;
    rig a(s, 1, 1);
    rig b(s, 1, 2);
    for (auto* r : {&a, &b}) {
        r->run_for(59.9);
        EXPECT_TRUE(r->point.is_up());
        r->run_for(0.2);
        EXPECT_FALSE(r->point.is_up());
        r->run_for(59);
        EXPECT_TRUE(r->point.is_up());
        r->run_for(1);
        EXPECT_FALSE(r->point.is_up());
    }
}

} // namespace
} // namespace voltlane::simulator
