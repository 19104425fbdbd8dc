#include "unit/gateway/session_bench.hpp"

#include <algorithm>

namespace voltlane::gateway::testing {
namespace {

using namespace std::chrono_literals;

class call_session_test : public ::testing::Test, protected session_bench {};

TEST_F(call_session_test, a_call_is_answered_only_after_its_event_is_acknowledged) {
    open_and_boot();
    say(start_call);
    ASSERT_EQ(out.events.size(), 1u);
    EXPECT_TRUE(out.events[0].awaited);
    EXPECT_TRUE(out.sent.empty());
    acknowledge();
    ASSERT_EQ(out.sent.size(), 1u);
    EXPECT_TRUE(out.sent[0].starts_with(R"([3,"s1",{"transactionId":)"));
}

TEST_F(call_session_test, nothing_is_published_before_the_epoch_is_known) {
    say(start_call);
    EXPECT_TRUE(out.events.empty());
    EXPECT_TRUE(out.sent.empty());
    open();
    ASSERT_EQ(out.events.size(), 1u);
    EXPECT_EQ(out.events[0].id, "1-100/1");
    EXPECT_TRUE(std::holds_alternative<events::opened>(out.events[0].parsed().event().input));
    acknowledge();
    ASSERT_EQ(out.events.size(), 2u);
    EXPECT_EQ(out.events[1].id, "1-100/2");
    acknowledge();
    EXPECT_EQ(out.sent.size(), 1u);
}

TEST_F(call_session_test, the_event_carries_the_decision_and_the_answer_verbatim) {
    open_and_boot();
    say(start_call);
    const auto record = out.events.at(0).parsed();
    const auto& e = record.event();
    EXPECT_EQ(e.key, (charger_key{tenant_id{1}, "bura"}));
    EXPECT_EQ(e.identity, "BURA");
    EXPECT_EQ(e.connection, (epoch{1, 100}));
    EXPECT_EQ(e.seq, 3);
    EXPECT_EQ(e.message_id, "s1");
    EXPECT_EQ(e.received_at, now.wall);
    const auto& s = std::get<events::started>(e.input);
    EXPECT_EQ(s.tag.status, "Accepted");
    EXPECT_EQ(s.tag.account, account_id{7});
    EXPECT_EQ(s.tag.user_type, "staff");
    acknowledge();
    EXPECT_EQ(out.sent.at(0), R"([3,"s1",)" + std::string(e.answer) + "]");
}

TEST_F(call_session_test, one_publication_is_in_flight_and_answers_come_in_order) {
    open_and_boot();
    for (int i = 0; i < 4; ++i)
        say(R"([2,"d)" + std::to_string(i) + R"(","DataTransfer",{"vendorId":"x"}])");
    say(R"([2,"hb","Heartbeat",{}])");
    EXPECT_EQ(out.events.size(), 1u);
    EXPECT_FALSE(session->wants_to_read()) << "four calls wait";
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(std::count_if(out.events.begin(), out.events.end(), [](auto& e) { return e.awaited; }),
                  i + 1);
        acknowledge();
    }
    EXPECT_TRUE(session->wants_to_read());
    ASSERT_EQ(out.sent.size(), 5u);
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(out.sent[static_cast<std::size_t>(i)].starts_with(R"([3,"d)" + std::to_string(i)));
    EXPECT_TRUE(out.sent[4].starts_with(R"([3,"hb")"));
}

TEST_F(call_session_test, reading_goes_on_up_to_four_waiting_calls_while_the_log_is_away) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(session->wants_to_read());
        say(start_call);
    }
    EXPECT_FALSE(session->wants_to_read());
    EXPECT_EQ(stats.full_reads, 1u);
}

TEST_F(call_session_test, a_failed_delivery_is_repeated_under_the_same_id_until_acknowledged) {
    open_and_boot();
    say(meter_call);
    const auto first = out.events.at(0);
    for (int i = 0; i < 3; ++i) {
        fail();
        EXPECT_TRUE(out.sent.empty());
        EXPECT_LE(session->next_tick(now), now.steady);
        wait(1s);
        session->on_tick(now);
        EXPECT_EQ(out.events.back().id, first.id);
        EXPECT_EQ(out.events.back().value, first.value);
    }
    EXPECT_EQ(out.events.size(), 4u);
    acknowledge();
    EXPECT_EQ(out.sent, std::vector<std::string>{R"([3,"m1",{}])"});
    EXPECT_EQ(stats.resent, 3u);
}

TEST_F(call_session_test, a_repeated_call_gets_the_first_answer_again) {
    open_and_boot();
    say(start_call);
    acknowledge();
    say(start_call);
    EXPECT_EQ(out.events.size(), 1u);
    ASSERT_EQ(out.sent.size(), 2u);
    EXPECT_EQ(out.sent[0], out.sent[1]);
    EXPECT_EQ(stats.repeated, 1u);
}

TEST_F(call_session_test, the_same_id_with_another_payload_is_a_new_call) {
    open_and_boot();
    say(R"([2,"1","DataTransfer",{"vendorId":"a"}])");
    acknowledge();
    say(R"([2,"1","DataTransfer",{"vendorId":"b"}])");
    acknowledge();
    EXPECT_EQ(out.events.size(), 2u);
    say(R"([2,"1","Authorize",{"vendorId":"b"}])");
    EXPECT_TRUE(out.sent.back().starts_with(R"([4,"1","OccurenceConstraintViolation")"));
}

TEST_F(call_session_test, only_the_last_two_answers_are_kept) {
    open_and_boot();
    for (const char* id : {"a", "b", "c"}) {
        say(std::string(R"([2,")") + id + R"(","DataTransfer",{"vendorId":"x"}])");
        acknowledge();
    }
    say(R"([2,"b","DataTransfer",{"vendorId":"x"}])");
    EXPECT_EQ(out.events.size(), 3u);
    say(R"([2,"a","DataTransfer",{"vendorId":"x"}])");
    EXPECT_EQ(out.events.size(), 4u) << "forgotten: answered as a new call";
}

TEST_F(call_session_test, a_repeat_while_the_first_is_in_flight_waits_and_gets_the_same_answer) {
    open_and_boot();
    say(start_call);
    say(start_call);
    EXPECT_TRUE(out.sent.empty());
    acknowledge();
    EXPECT_EQ(out.events.size(), 1u);
    ASSERT_EQ(out.sent.size(), 2u);
    EXPECT_EQ(out.sent[0], out.sent[1]);
}

TEST_F(call_session_test, heartbeats_are_not_awaited_and_make_one_event_a_minute) {
    open_and_boot();
    for (int i = 0; i < 5; ++i) {
        say(R"([2,"h)" + std::to_string(i) + R"(","Heartbeat",{}])");
        wait(10s);
    }
    EXPECT_EQ(out.sent.size(), 5u);
    ASSERT_EQ(out.events.size(), 1u);
    EXPECT_FALSE(out.events[0].awaited);
    wait(20s);
    say(R"([2,"h9","Heartbeat",{}])");
    EXPECT_EQ(out.events.size(), 2u);
}

TEST_F(call_session_test, an_identical_status_is_coalesced_only_once_it_is_in_the_log) {
    open_and_boot();
    say(status_call);
    say(R"([2,"st2","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}])");
    EXPECT_TRUE(out.sent.empty()) << "the first is not acknowledged yet";
    acknowledge();
    EXPECT_EQ(out.events.size(), 1u);
    EXPECT_EQ(out.sent.size(), 2u);
    EXPECT_EQ(stats.coalesced, 1u);
    say(R"([2,"st3","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Finishing"}])");
    acknowledge();
    say(R"([2,"st4","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}])");
    EXPECT_EQ(out.events.size(), 3u) << "not the last word about that connector";
    acknowledge();
    wait(61s);
    say(R"([2,"st5","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}])");
    EXPECT_EQ(out.events.size(), 4u);
}

TEST_F(call_session_test, calls_beyond_the_rate_delay_reading_and_are_served_all_the_same) {
    open_and_boot();
    wait(2s);
    for (int i = 0; i < 200; ++i) {
        EXPECT_LE(session->pause_until(), now.steady) << i;
        say(R"([2,"h","Heartbeat",{}])");
        session->on_written(now);
    }
    say(R"([2,"h","Heartbeat",{}])");
    EXPECT_GT(session->pause_until(), now.steady);
    EXPECT_LE(session->pause_until(), now.steady + 20ms);
    EXPECT_EQ(out.sent.size(), 201u);
}

TEST_F(call_session_test, a_charger_that_does_not_read_is_not_served_on) {
    open_and_boot();
    for (std::size_t i = 0; i < call_session::max_unwritten + 20 && session->wants_to_read(); ++i)
        say(R"([2,"h","Heartbeat",{}])");
    EXPECT_EQ(out.sent.size(), call_session::max_unwritten);
    EXPECT_FALSE(session->wants_to_read());
    session->on_written(now);
    EXPECT_TRUE(session->wants_to_read());
}

TEST_F(call_session_test, junk_is_dropped_or_refused_and_the_socket_stays) {
    open_and_boot();
    for (const char* text :
         {"", " ", "null", "{}", "[]", "[2]", R"(["2","x","Heartbeat",{}])", R"([99,"x","y",{}])"})
        say(text);
    EXPECT_TRUE(out.sent.empty());
    say(R"([2,"i1","Heartbeat"])");
    say(R"([2,"i2","BootNotification",{])");
    say(R"([2,"i3","Heartbeat",5])");
    ASSERT_EQ(out.sent.size(), 3u);
    for (const auto& frame : out.sent)
        EXPECT_NE(frame.find("FormationViolation"), std::string::npos) << frame;
    EXPECT_FALSE(out.closed);
    say(R"([2,"i4","Reset",{}])");
    EXPECT_TRUE(out.sent.back().starts_with(R"([4,"i4","NotSupported")"));
    say(R"([2,"i5","Nope",{}])");
    EXPECT_TRUE(out.sent.back().starts_with(R"([4,"i5","NotImplemented")"));
}

TEST_F(call_session_test, a_pending_charger_may_only_boot) {
    directory.apply(events::charge_point_entry{
        .key = {tenant_id{1}, "bura"}, .identity = "BURA", .registration = "Pending"});
    open();
    acknowledge();
    say(start_call);
    EXPECT_TRUE(out.sent.at(0).starts_with(R"([4,"s1","SecurityError")"));
    say(R"([2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}])");
    acknowledge();
    EXPECT_NE(out.sent.at(1).find(R"("status":"Pending")"), std::string::npos);
}

TEST_F(call_session_test, binary_is_closed_with_1003) {
    open_and_boot();
    session->on_binary();
    EXPECT_EQ(out.closed, close_code::unsupported);
}

TEST_F(call_session_test, a_changed_tenant_key_closes_who_came_in_by_an_earlier_one) {
    open();
    session->on_key_changed();
    EXPECT_FALSE(out.closed.has_value());
    directory.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "rotated"});
    session->on_key_changed();
    EXPECT_EQ(out.closed, close_code::policy);
    EXPECT_EQ(out.close_reason, "the tenant's key was changed");
    EXPECT_FALSE(session->wants_to_read());
}

TEST_F(call_session_test, superseded_leaves_what_is_unanswered_unanswered) {
    open_and_boot();
    say(start_call);
    say(meter_call);
    session->on_superseded();
    EXPECT_EQ(out.closed, close_code::normal);
    acknowledge();
    EXPECT_TRUE(out.sent.empty());
    EXPECT_FALSE(session->wants_to_read());
}

TEST_F(call_session_test, an_orderly_stop_answers_what_was_read_then_closes_with_1001) {
    open_and_boot();
    say(start_call);
    say(meter_call);
    session->stop();
    EXPECT_FALSE(out.closed);
    EXPECT_FALSE(session->wants_to_read());
    acknowledge();
    EXPECT_FALSE(out.closed);
    acknowledge();
    EXPECT_EQ(out.sent.size(), 2u);
    EXPECT_EQ(out.closed, close_code::going_away);
}

TEST_F(call_session_test, an_orderly_stop_while_idle_or_opening_closes_at_once) {
    session->stop();
    EXPECT_EQ(out.closed, close_code::going_away);
    restart();
    open_and_boot();
    session->stop();
    EXPECT_EQ(out.closed, close_code::going_away);
}

TEST_F(call_session_test, the_end_of_the_socket_is_an_event_where_its_beginning_was) {
    session->on_gone("connection lost", now);
    EXPECT_TRUE(out.events.empty());
    restart();
    open_and_boot();
    session->on_gone("connection lost", now);
    ASSERT_EQ(out.events.size(), 1u);
    const auto record = out.events[0].parsed();
    EXPECT_EQ(std::get<events::closed>(record.event().input).reason, "connection lost");
    EXPECT_EQ(record.event().seq, 3);
}

TEST_F(call_session_test, lines_for_people_name_starts_and_statuses) {
    open_and_boot();
    say(status_call);
    acknowledge();
    say(start_call);
    ASSERT_EQ(out.notes.size(), 2u);
    EXPECT_EQ(out.notes[0], "BURA c1 \u2192 Charging");
    EXPECT_TRUE(out.notes[1].starts_with("StartTx "));
    EXPECT_TRUE(out.notes[1].ends_with(" on BURA meterStart=0Wh"));
}

// The script of a whole session, with the socket lost or every delivery failing at each of its steps: nothing
// is answered that was not acknowledged, and every event id occurs with one value only.
TEST(call_session_script, holds_at_every_step_of_failure) {
    const std::vector<std::string> script = {
        R"([2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}])",
        std::string(status_call),
        R"([2,"3","Authorize",{"idTag":"TAG1"}])",
        std::string(start_call),
        std::string(meter_call),
        R"([2,"6","StopTransaction",{"transactionId":5,"meterStop":10,"timestamp":"2026-11-21T00:01:00Z"}])"};
    for (std::size_t failing = 0; failing <= script.size(); ++failing) {
        for (const bool lost : {false, true}) {
            session_bench b;
            b.open();
            b.acknowledge();
            std::size_t acknowledged = 0;
            for (std::size_t i = 0; i < script.size(); ++i) {
                b.say(script[i]);
                if (i == failing) {
                    b.fail();
                    if (lost) {
                        b.session->on_gone("lost", b.now);
                        break;
                    }
                    b.wait(1s);
                    b.session->on_tick(b.now);
                }
                EXPECT_EQ(b.out.sent.size(), acknowledged);
                b.acknowledge();
                ++acknowledged;
                EXPECT_EQ(b.out.sent.size(), acknowledged);
                b.session->on_written(b.now);
            }
            std::map<std::string, std::string> values;
            for (const auto& e : b.out.events) {
                const auto [at, fresh] = values.emplace(e.id, e.value);
                EXPECT_EQ(at->second, e.value) << e.id;
            }
            EXPECT_EQ(acknowledged, lost && failing < script.size() ? failing : script.size());
        }
    }
}

} // namespace
} // namespace voltlane::gateway::testing
