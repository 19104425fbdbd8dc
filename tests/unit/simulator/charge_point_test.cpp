#include "shared/ocpp/v16/calls.hpp"
#include "unit/simulator/rig.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

using ::testing::ElementsAre;

TEST(charge_point, does_a_whole_session) {
    rig r(plain_scenario());
    r.run_for(80);
    EXPECT_THAT(r.statuses(1), ElementsAre("Available", "Preparing", "Charging", "Finishing", "Available"));
    EXPECT_THAT(r.statuses(0), ElementsAre("Available"));
    ASSERT_EQ(r.sent("BootNotification").size(), 1U);
    ASSERT_EQ(r.sent("Authorize").size(), 1U);
    const auto start = r.sent("StartTransaction");
    const auto values = r.sent("MeterValues");
    const auto stop = r.sent("StopTransaction");
    ASSERT_EQ(start.size(), 1U);
    ASSERT_EQ(values.size(), 5U); // at 10, 20 ... 50 s
    ASSERT_EQ(stop.size(), 1U);
    EXPECT_EQ(rig::integer(values[0], "transactionId"), 1000);
    EXPECT_EQ(rig::integer(stop[0], "transactionId"), 1000);
    EXPECT_EQ(rig::text(stop[0], "reason"), "Local");
    EXPECT_EQ(rig::text(stop[0], "idTag"), "TAG-1");
    const auto energy = rig::integer(stop[0], "meterStop") - rig::integer(start[0], "meterStart");
    EXPECT_NEAR(static_cast<double>(energy), 11'000.0 * 55.5 / 3600, 3); // a ramp of 10 s, then 11 kW
    EXPECT_EQ(r.counts.sessions_ended, 1U);
    EXPECT_EQ(r.counts.energy_wh, energy);
}

TEST(charge_point, sends_what_the_tables_allow) {
    auto s = plain_scenario();
    s.station.connectors = 3;
    s.station.security_events = true;
    s.sessions.suspends = s.sessions.by_cable = s.sessions.faults = 0.5;
    s.configuration.emplace_back("StopTxnSampledData", "Energy.Active.Import.Register,SoC,Temperature");
    s.configuration.emplace_back("ClockAlignedDataInterval", "30");
    rig r(s);
    r.run_for(3600);
    EXPECT_GT(r.calls.size(), 500U);
    for (const auto& c : r.calls) {
        const auto* spec = ocpp::v16::find_call(c.action);
        ASSERT_NE(spec, nullptr) << c.action;
        const auto verdict = check(*spec->request, c.payload, ocpp::v16::check_mode::strict);
        EXPECT_TRUE(verdict.ok) << c.action << ' ' << verdict.text << ' '
                                << boost::json::serialize(c.payload);
    }
}

TEST(charge_point, has_one_call_under_way) {
    rig r(plain_scenario());
    r.answers["StatusNotification"] = [](const rig::call&) {
        return std::nullopt;
    };
    const auto before = r.calls.size();
    r.lose();
    r.run_for(20);
    EXPECT_EQ(r.calls.size(), before + 2); // the boot and the first status, which nobody answers
    r.run_for(15);                         // past MessageTimeout
    EXPECT_EQ(r.counts.of(ocpp::v16::action::status_notification).timed_out, 1U);
    EXPECT_THAT(r.wishes, ElementsAre(line_wish::dial, line_wish::dial, line_wish::cut, line_wish::dial));
}

TEST(charge_point, keeps_a_line_that_pings_while_its_calls_wait) {
    rig r(plain_scenario());
    r.answers["StatusNotification"] = [](const rig::call&) {
        return std::nullopt;
    };
    r.lose();
    r.run_for(20);
    r.point.on_sign_of_life(r.now);
    r.run_for(15);
    EXPECT_EQ(r.counts.of(ocpp::v16::action::status_notification).timed_out, 1U);
    EXPECT_THAT(r.wishes, ElementsAre(line_wish::dial, line_wish::dial));
}

TEST(charge_point, obeys_pending_and_rejected) {
    rig r(idle_scenario());
    EXPECT_TRUE(r.point.is_accepted());
    std::string status = "Pending";
    r.answers["BootNotification"] = [&](const rig::call&) {
        return R"({"status":")" + status + R"(","interval":40,"currentTime":"2025-06-15T15:06:40Z"})";
    };
    r.lose();
    const auto before = r.calls.size();
    r.run_for(10);
    ASSERT_EQ(r.calls.size(), before + 1); // the boot alone
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"X"})"), "Rejected");
    EXPECT_EQ(r.outcome("TriggerMessage", R"({"requestedMessage":"Heartbeat"})"), "Accepted");
    EXPECT_EQ(r.calls.back().action, "Heartbeat");
    EXPECT_EQ(r.calls.size(), before + 2);

    status = "Rejected";
    r.run_for(40);
    EXPECT_EQ(r.sent("BootNotification").size(), 3U);
    EXPECT_EQ(r.command("GetConfiguration", "{}"), ""); // answers nothing
    status = "Accepted";
    r.run_for(30);
    EXPECT_FALSE(r.point.is_accepted()); // not before the interval is over
    r.run_for(15);
    EXPECT_TRUE(r.point.is_accepted());
}

TEST(charge_point, boots_again_only_after_a_restart_where_the_scenario_says_so) {
    auto s = idle_scenario();
    s.station.boots = boot_habit::on_restart;
    rig r(s);
    r.lose();
    r.run_for(5);
    EXPECT_TRUE(r.point.is_accepted());
    EXPECT_EQ(r.sent("BootNotification").size(), 1U);
    r.command("Reset", R"({"type":"Soft"})");
    r.run_for(10);
    EXPECT_EQ(r.sent("BootNotification").size(), 2U);
}

TEST(charge_point, never_boots_where_the_scenario_says_so) {
    auto s = plain_scenario();
    s.station.boots = boot_habit::none;
    rig r(s);
    r.run_for(90);
    EXPECT_TRUE(r.sent("BootNotification").empty());
    EXPECT_EQ(r.sent("StopTransaction").size(), 1U);
}

TEST(charge_point, beats_at_the_interval_it_was_told) {
    rig r(idle_scenario());
    r.run_for(3000.5);
    EXPECT_EQ(r.sent("Heartbeat").size(), 10U);
    EXPECT_EQ(r.outcome("ChangeConfiguration", R"({"key":"HeartbeatInterval","value":"60"})"), "Accepted");
    r.run_for(600.5);
    EXPECT_EQ(r.sent("Heartbeat").size(), 20U);
}

TEST(charge_point, leaves_when_the_tag_is_refused) {
    rig r(plain_scenario());
    r.answers["Authorize"] = [](const rig::call&) {
        return std::string(R"({"idTagInfo":{"status":"Invalid"}})");
    };
    r.run_for(18);
    EXPECT_THAT(r.statuses(1), ElementsAre("Available", "Preparing", "Available"));
    EXPECT_TRUE(r.sent("StartTransaction").empty());
}

TEST(charge_point, stops_a_transaction_that_was_not_authorised) {
    rig r(plain_scenario());
    r.answers["StartTransaction"] = [](const rig::call&) {
        return std::string(R"({"idTagInfo":{"status":"Blocked"},"transactionId":7})");
    };
    r.run_for(15);
    ASSERT_EQ(r.sent("StopTransaction").size(), 1U);
    EXPECT_EQ(rig::text(r.sent("StopTransaction")[0], "reason"), "DeAuthorized");
    EXPECT_EQ(rig::integer(r.sent("StopTransaction")[0], "transactionId"), 7);
}

TEST(charge_point, keeps_transaction_messages_over_an_outage_in_order) {
    rig r(plain_scenario());
    r.run_for(25); // charging since 12 s
    ASSERT_EQ(r.sent("MeterValues").size(), 1U);
    r.server_up = false;
    r.lose();
    r.run_for(60); // the session ends meanwhile
    ASSERT_TRUE(r.sent("StopTransaction").empty());
    const auto before = r.calls.size();
    r.server_up = true;
    r.run_for(4);
    std::vector<std::string> kept;
    std::string last;
    for (auto i = before; i < r.calls.size(); ++i) {
        const auto& c = r.calls[i];
        if (c.action != "MeterValues" && c.action != "StopTransaction") continue;
        kept.push_back(c.action);
        EXPECT_EQ(rig::integer(c, "transactionId"), 1000);
        const auto time = c.action == "StopTransaction"
                              ? rig::text(c, "timestamp")
                              : std::string(c.payload.at("meterValue").at(0).at("timestamp").as_string());
        EXPECT_LT(last, time); // in order, and of then
        last = time;
    }
    EXPECT_THAT(kept,
                ElementsAre("MeterValues", "MeterValues", "MeterValues", "MeterValues", "StopTransaction"));
    EXPECT_LT(last, format_millis(after(r.now, -5)));
}

TEST(charge_point, repeats_an_unanswered_start_under_a_new_id_until_it_is_answered) {
    rig r(plain_scenario());
    r.answers["StartTransaction"] = [](const rig::call&) {
        return std::nullopt;
    };
    r.run_for(13);
    ASSERT_EQ(r.sent("StartTransaction").size(), 1U);
    r.lose();
    r.run_for(5);
    r.answers.erase("StartTransaction");
    r.lose();
    r.run_for(10);
    const auto starts = r.sent("StartTransaction");
    ASSERT_EQ(starts.size(), 3U);
    EXPECT_EQ(starts[0].payload, starts[2].payload);
    EXPECT_NE(starts[0].id, starts[2].id);
    r.run_for(60);
    ASSERT_EQ(r.sent("StopTransaction").size(), 1U);
    EXPECT_EQ(rig::integer(r.sent("StopTransaction")[0], "transactionId"), 1000);
}

TEST(charge_point, gives_up_a_transaction_message_after_its_attempts) {
    auto s = plain_scenario();
    s.configuration.emplace_back("TransactionMessageAttempts", "3");
    s.configuration.emplace_back("TransactionMessageRetryInterval", "4");
    rig r(s);
    r.answers["StartTransaction"] = [](const rig::call&) {
        return std::string("!InternalError");
    };
    r.run_for(60);
    const auto starts = r.sent("StartTransaction");
    ASSERT_EQ(starts.size(), 3U);
    EXPECT_NEAR(seconds_between(starts[0].at, starts[1].at), 4, 0.1);
    EXPECT_NEAR(seconds_between(starts[1].at, starts[2].at), 8, 0.1);
    ASSERT_FALSE(r.sent("MeterValues").empty());
    EXPECT_EQ(rig::integer(r.sent("MeterValues")[0], "transactionId"), -1); // it never got one
}

TEST(charge_point, charges_offline_with_a_tag_that_was_accepted_before) {
    auto s = plain_scenario();
    rig r(s);
    r.run_for(85);
    r.server_up = false;
    r.lose();
    r.run_for(120);
    r.server_up = true;
    r.run_for(10);
    EXPECT_GE(r.sent("StartTransaction").size(), 2U);
    EXPECT_EQ(r.sent("Authorize").size(), 1U);
}

TEST(charge_point, dials_with_growing_delays) {
    auto s = idle_scenario();
    s.network.reconnect = {1, 8};
    rig r(s);
    r.server_up = false;
    r.lose();
    std::vector<int> seconds;
    auto last = r.now;
    for (int i = 0; i < 6; ++i) {
        seconds.push_back(static_cast<int>(seconds_between(last, r.point.due()) + 0.5));
        last = r.point.due();
        r.run_for(seconds_between(r.now, last));
    }
    EXPECT_THAT(seconds, ElementsAre(1, 2, 4, 8, 8, 8));
}

TEST(charge_point, makes_the_same_decisions_for_the_same_seed) {
    scenario s;
    s.sessions.unknown_tag = 0.2;
    s.sessions.faults = 0.2;
    s.misbehaviour.repeated_start = 0.5;
    s.misbehaviour.broken_frames = 0.1;
    rig a(s, 5);
    rig b(s, 5);
    rig c(s, 6);
    rig d(s, 5, 2);
    for (auto* r : {&a, &b, &c, &d})
        r->run_for(1800);
    EXPECT_GT(a.log.size(), 100U);
    EXPECT_EQ(a.log, b.log);
    EXPECT_NE(a.log, c.log);
    EXPECT_NE(a.log, d.log);
}

TEST(charge_point, reports_what_changed_when_it_comes_back) {
    auto s = plain_scenario();
    s.station.boots = boot_habit::on_restart;
    rig r(s);
    r.run_for(25);
    r.lose();
    r.run_for(3);
    EXPECT_EQ(r.statuses(1).size(), 3U); // still Charging: nothing to say
    r.server_up = false;
    r.lose();
    r.run_for(50);
    r.server_up = true;
    r.run_for(3);
    EXPECT_THAT(r.statuses(1), ElementsAre("Available", "Preparing", "Charging", "Available"));
}

TEST(charge_point, says_when_the_car_is_full_or_pauses) {
    auto s = plain_scenario();
    s.cars = {{0.1, 0.1}, {50, 50}, {11, 11}}; // full within the minute
    rig full(s);
    full.run_for(80);
    EXPECT_THAT(full.statuses(1),
                ElementsAre("Available", "Preparing", "Charging", "SuspendedEV", "Finishing", "Available"));
    EXPECT_NEAR(static_cast<double>(full.counts.energy_wh), 50, 1);
    s = plain_scenario();
    s.sessions.suspends = 1;
    rig pausing(s);
    pausing.run_for(75);
    EXPECT_THAT(pausing.statuses(1),
                ElementsAre("Available", "Preparing", "Charging", "SuspendedEV", "Charging", "Finishing"));
}

TEST(charge_point, stops_its_transactions_at_the_end) {
    rig r(plain_scenario());
    r.run_for(25);
    r.point.leave(r.now);
    r.perform();
    EXPECT_TRUE(r.point.gone());
    ASSERT_EQ(r.sent("StopTransaction").size(), 1U);
    EXPECT_EQ(rig::text(r.sent("StopTransaction")[0], "reason"), "PowerLoss");
    EXPECT_EQ(r.wishes.back(), line_wish::close);
    const auto before = r.calls.size();
    r.run_for(1000);
    EXPECT_EQ(r.calls.size(), before);
    EXPECT_EQ(r.wishes.size(), 2U); // it dials no more
}

TEST(charge_point, vanishes_at_the_end_where_the_scenario_says_so) {
    auto s = plain_scenario();
    s.at_end = ending::vanish;
    rig r(s);
    r.run_for(25);
    r.point.leave(r.now);
    r.perform();
    EXPECT_TRUE(r.point.gone());
    EXPECT_TRUE(r.sent("StopTransaction").empty());
    EXPECT_EQ(r.wishes.back(), line_wish::cut);
}

TEST(charge_point, ignores_answers_it_does_not_expect) {
    rig r(idle_scenario());
    for (const auto* text :
         {R"([3,"99999",{}])", R"([4,"99999","InternalError","",{}])", "{}", "[", "[7]", ""})
        r.receive(text);
    EXPECT_EQ(r.counts.unexpected_frames, 5U); // the empty one is nothing
    EXPECT_TRUE(r.point.is_accepted());
}

} // namespace
} // namespace voltlane::simulator
