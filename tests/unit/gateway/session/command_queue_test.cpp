#include "shared/events/command.hpp"
#include "unit/gateway/session_bench.hpp"

namespace voltlane::gateway::testing {
namespace {

using namespace std::chrono_literals;
using events::command_state;

class command_test : public ::testing::Test, protected session_bench {
protected:
    std::vector<command_state> states() const {
        std::vector<command_state> all;
        for (const auto& r : out.replies)
            all.push_back(r.state);
        return all;
    }
    void acknowledge_reply() { session->on_reply_delivered(true, now); }
    void lose_reply() { session->on_reply_delivered(false, now); }
    void tick() {
        wait(1s);
        session->on_tick(now);
    }
};

TEST_F(command_test, sent_is_acknowledged_before_the_frame_is_written) {
    open_and_boot();
    command(make_command("c1"));
    EXPECT_EQ(states(), std::vector{command_state::sent});
    EXPECT_EQ(out.awaited_replies, 1);
    EXPECT_TRUE(out.sent.empty());
    acknowledge_reply();
    ASSERT_EQ(out.sent.size(), 1u);
    EXPECT_EQ(out.sent[0], R"([2,"c1","Reset",{"type":"Soft"}])");
}

TEST_F(command_test, the_result_carries_the_original_command) {
    open_and_boot();
    command(make_command("c1"));
    acknowledge_reply();
    say(R"([3,"c1",{"status":"Accepted"}])");
    ASSERT_EQ(states(), (std::vector{command_state::sent, command_state::answered}));
    EXPECT_EQ(out.replies[1].response, R"({"status":"Accepted"})");
    EXPECT_EQ(out.replies[1].command.action, "Reset");
    EXPECT_EQ(out.replies[1].command.by, account_id{7});
}

TEST_F(command_test, one_call_is_outstanding_and_the_others_wait_in_order) {
    open_and_boot();
    command(make_command("c1"));
    command(make_command("c2"));
    acknowledge_reply();
    EXPECT_EQ(out.sent.size(), 1u);
    say(R"([4,"c1","InternalError","no",{}])");
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::error}));
    acknowledge_reply();
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::error, command_state::sent}));
    acknowledge_reply();
    EXPECT_EQ(out.sent.back(), R"([2,"c2","Reset",{"type":"Soft"}])");
}

TEST_F(command_test, a_broken_answer_ends_the_call_at_once) {
    for (const char* answer :
         {R"([3,"c1","notobject"])", R"([3,"c1"])", R"([4,"c1"])", R"([4,"c1",5,6,7])"}) {
        session_bench b;
        b.open_and_boot();
        b.command(b.make_command("c1"));
        b.session->on_reply_delivered(true, b.now);
        b.say(answer);
        ASSERT_EQ(b.out.replies.size(), 2u) << answer;
        EXPECT_EQ(b.out.replies[1].state, command_state::error) << answer;
    }
}

TEST_F(command_test, answers_to_nothing_are_dropped) {
    open_and_boot();
    say(R"([3,"unknown",{}])");
    command(make_command("c1"));
    acknowledge_reply();
    say(R"([3,"unknown",{}])");
    say(R"([4,"unknown","GenericError","",{}])");
    EXPECT_EQ(states(), std::vector{command_state::sent});
    EXPECT_EQ(stats.unmatched_answers, 3u);
}

TEST_F(command_test, nothing_is_sent_before_the_boot_is_answered_or_ten_seconds_passed) {
    open();
    acknowledge();
    command(make_command("c1"));
    EXPECT_TRUE(out.replies.empty());
    say(R"([2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}])");
    EXPECT_TRUE(out.replies.empty());
    acknowledge();
    EXPECT_EQ(states(), std::vector{command_state::sent});

    restart();
    open();
    acknowledge();
    command(make_command("c2"));
    wait(9s);
    session->on_tick(now);
    EXPECT_TRUE(out.replies.empty());
    wait(1s);
    session->on_tick(now);
    EXPECT_EQ(states(), std::vector{command_state::sent});
}

TEST_F(command_test, a_command_id_seen_before_is_dropped) {
    open_and_boot();
    command(make_command("c1"));
    command(make_command("c1"));
    acknowledge_reply();
    say(R"([3,"c1",{"status":"Accepted"}])");
    command(make_command("c1"));
    EXPECT_EQ(out.sent.size(), 1u);
    EXPECT_EQ(stats.duplicate_commands, 2u);
}

TEST_F(command_test, past_its_deadline_it_is_expired_unsent) {
    open_and_boot();
    auto late = make_command("c1");
    late.deadline = now.wall;
    command(late);
    EXPECT_EQ(states(), std::vector{command_state::expired});
    acknowledge_reply();
    command(make_command("c2"));
    acknowledge_reply();
    command(make_command("c3"));
    wait(61s);
    session->on_tick(now);
    acknowledge_reply();
    EXPECT_EQ(states(), (std::vector{command_state::expired, command_state::sent, command_state::timeout,
                                     command_state::expired}));
    EXPECT_EQ(out.sent.size(), 1u);
}

TEST_F(command_test, a_late_answer_moves_timeout_to_answered_and_a_second_one_is_dropped) {
    open_and_boot();
    command(make_command("c1"));
    acknowledge_reply();
    wait(61s);
    session->on_tick(now);
    acknowledge_reply();
    say(R"([3,"c1",{"status":"Accepted"}])");
    say(R"([3,"c1",{"status":"Accepted"}])");
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::timeout, command_state::answered}));
}

TEST_F(command_test, over_the_queues_bound_it_is_refused) {
    open_and_boot();
    for (std::size_t i = 0; i < command_queue::max_queued + 2; ++i)
        command(make_command("c" + std::to_string(i)));
    acknowledge_reply();
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::refused}));
}

TEST_F(command_test, a_failed_announcement_is_repeated_and_the_frame_goes_out_once) {
    open_and_boot();
    command(make_command("c1"));
    session->on_reply_delivered(false, now);
    EXPECT_TRUE(out.sent.empty());
    wait(1s);
    session->on_tick(now);
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::sent}));
    acknowledge_reply();
    EXPECT_EQ(out.sent.size(), 1u);
}

TEST_F(command_test, an_announcement_acknowledged_too_late_writes_nothing) {
    open_and_boot();
    command(make_command("c1"));
    wait(61s);
    acknowledge_reply();
    EXPECT_TRUE(out.sent.empty());
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::timeout}));
}

TEST_F(command_test, a_result_that_the_log_did_not_take_is_repeated_until_it_does) {
    open_and_boot();
    command(make_command("c1"));
    acknowledge_reply();
    say(R"([3,"c1",{"status":"Accepted"}])");
    for (int i = 0; i < 3; ++i) {
        lose_reply();
        EXPECT_LE(session->next_tick(now), now.steady);
        tick();
    }
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::answered, command_state::answered,
                                     command_state::answered, command_state::answered}));
    EXPECT_EQ(out.awaited_replies, 5);
    EXPECT_EQ(encode(out.replies[4]), encode(out.replies[1]));
    EXPECT_EQ(out.sent.size(), 1u) << "the charger is not asked again";
    acknowledge_reply();
    tick();
    EXPECT_EQ(out.replies.size(), 5u);
    EXPECT_GT(session->next_tick(now), now.steady);
    EXPECT_EQ(stats.replies[static_cast<std::size_t>(command_state::answered)], 1u);
}

TEST_F(command_test, results_go_one_at_a_time_and_before_the_next_command) {
    open_and_boot();
    command(make_command("c1"));
    acknowledge_reply();
    command(make_command("c2"));
    auto late = make_command("c3");
    late.deadline = now.wall;
    command(late);
    say(R"([3,"c1",{"status":"Accepted"}])");
    ASSERT_EQ(states(), (std::vector{command_state::sent, command_state::expired}));
    acknowledge_reply();
    ASSERT_EQ(out.replies.size(), 3u);
    EXPECT_EQ(out.replies[2].state, command_state::answered);
    acknowledge_reply();
    ASSERT_EQ(out.replies.size(), 4u);
    EXPECT_EQ(out.replies[3].command.id(), "c2");
    acknowledge_reply();
    EXPECT_EQ(out.sent.size(), 2u);
}

TEST_F(command_test, over_the_bound_of_results_the_oldest_that_is_not_on_its_way_is_given_up) {
    open_and_boot();
    for (std::size_t i = 0; i < command_queue::max_unconfirmed + 2; ++i) {
        auto late = make_command("c" + std::to_string(i));
        late.deadline = now.wall;
        command(late);
    }
    EXPECT_EQ(stats.replies_dropped, 2u);
    for (std::size_t i = 0; i < command_queue::max_unconfirmed + 2; ++i)
        acknowledge_reply();
    std::vector<std::string> told;
    for (const auto& r : out.replies)
        told.push_back(r.command.id());
    EXPECT_EQ(told, (std::vector<std::string>{"c0", "c3", "c4", "c5", "c6", "c7", "c8", "c9"}));
}

TEST_F(command_test, when_the_socket_goes_results_that_wait_go_to_the_log_once_more) {
    for (const bool lost : {false, true}) {
        session_bench b;
        b.open_and_boot();
        for (const char* id : {"c1", "c2"}) {
            auto late = b.make_command(id);
            late.deadline = b.now.wall;
            b.command(late);
        }
        b.session->on_deleted();
        if (lost) b.session->on_reply_delivered(false, b.now);
        b.session->on_gone("deleted", b.now);
        std::vector<std::string> told;
        for (const auto& r : b.out.replies)
            told.push_back(r.command.id());
        auto want = std::vector<std::string>{"c1", "c2"};
        if (lost) want = {"c1", "c1", "c2"};
        EXPECT_EQ(told, want);
        EXPECT_EQ(b.out.awaited_replies, 1) << "nobody waits for the last ones";
    }
}

TEST_F(command_test, when_the_socket_goes_the_sent_one_times_out_and_the_queued_are_undeliverable) {
    open_and_boot();
    command(make_command("c1"));
    command(make_command("c2"));
    acknowledge_reply();
    session->on_gone("lost", now);
    EXPECT_EQ(states(),
              (std::vector{command_state::sent, command_state::timeout, command_state::undeliverable}));
}

TEST_F(command_test, sealed_params_reach_the_charger_and_no_log) {
    open_and_boot();
    auto c = make_command("c1", "ChangeConfiguration", R"({"key":"AuthorizationKey","value":"*****"})");
    c.sealed = key.seal(R"({"key":"AuthorizationKey","value":"s3cret"})");
    command(c);
    acknowledge_reply();
    EXPECT_EQ(out.sent.at(0),
              R"([2,"c1","ChangeConfiguration",{"key":"AuthorizationKey","value":"s3cret"}])");
    EXPECT_EQ(out.shown_texts.at(0).find("s3cret"), std::string::npos);
    say(R"([3,"c1",{"status":"Accepted"}])");
    for (const auto& r : out.replies)
        EXPECT_EQ(encode(r).find("s3cret"), std::string::npos);
    for (const auto& line : out.notes)
        EXPECT_EQ(line.find("s3cret"), std::string::npos);
}

TEST_F(command_test, params_sealed_under_another_key_end_as_an_error) {
    open_and_boot();
    auto c = make_command("c1");
    c.sealed = "AAAA";
    command(c);
    acknowledge_reply();
    EXPECT_TRUE(out.sent.empty());
    EXPECT_EQ(states(), (std::vector{command_state::sent, command_state::error}));
}

TEST_F(command_test, its_vouch_holds_before_the_frame_is_written_and_the_first_start_binds_it) {
    open_and_boot();
    auto c = make_command("c1", "RemoteStartTransaction", R"({"idTag":"guest"})");
    c.vouch = events::command_vouch{"guest", account_id{9}, "visitor", now.wall + 300s};
    command(c);
    EXPECT_EQ(directory.tenant(tenant_id{1})->vouch("bura", "guest"), nullptr);
    acknowledge_reply();
    out.events.clear();
    say(R"([2,"1","StartTransaction",{"connectorId":1,"idTag":"guest","meterStart":0,"timestamp":"2026-11-21T00:00:00Z"}])");
    acknowledge();
    say(R"([2,"2","StartTransaction",{"connectorId":2,"idTag":"guest","meterStart":0,"timestamp":"2026-11-21T00:00:00Z"}])");
    acknowledge();
    ASSERT_EQ(out.events.size(), 2u);
    const auto first = out.events[0].parsed();
    const auto& vouched = std::get<events::started>(first.event().input).tag;
    EXPECT_EQ(vouched.status, "Accepted");
    EXPECT_EQ(vouched.vouched_by, "c1");
    EXPECT_EQ(vouched.started_by, account_id{9});
    const auto second = out.events[1].parsed();
    EXPECT_EQ(std::get<events::started>(second.event().input).tag.status, "Invalid");
}

TEST_F(command_test, a_remote_start_that_is_not_accepted_vouches_for_nothing) {
    struct row {
        std::string answer;
        bool holds;
    };
    for (const auto& [answer, holds] :
         std::vector<row>{{R"([3,"c1",{"status":"Accepted"}])", true},
                          {R"([3,"c1",{"status":"accepted"}])", true},
                          {R"([3,"c1",{"status":"Rejected"}])", false},
                          {R"([3,"c1",{"status":"Rejected","vendor":"Accepted"}])", false},
                          {R"([3,"c1",{"status":5}])", false},
                          {R"([3,"c1",{}])", false},
                          {R"([4,"c1","InternalError","no",{}])", false},
                          {R"([3,"other",{"status":"Rejected"}])", true},
                          {R"([3,"c1"])", true}}) {
        session_bench b;
        b.open_and_boot();
        auto c = b.make_command("c1", "RemoteStartTransaction", R"({"idTag":"guest"})");
        c.vouch = events::command_vouch{"guest", account_id{9}, "visitor", b.now.wall + 300s};
        b.command(c);
        b.session->on_reply_delivered(true, b.now);
        b.say(answer);
        EXPECT_EQ(b.directory.tenant(tenant_id{1})->vouch("bura", "guest") != nullptr, holds) << answer;
    }
}

TEST_F(command_test, a_late_refusal_of_a_remote_start_takes_its_vouch_away_too) {
    open_and_boot();
    auto c = make_command("c1", "RemoteStartTransaction", R"({"idTag":"guest"})");
    c.vouch = events::command_vouch{"guest", account_id{9}, "visitor", now.wall + 300s};
    command(c);
    acknowledge_reply();
    wait(61s);
    session->on_tick(now);
    EXPECT_EQ(states().back(), command_state::timeout);
    say(R"([3,"c1",{"status":"Rejected"}])");
    EXPECT_EQ(directory.tenant(tenant_id{1})->vouch("bura", "guest"), nullptr);
}

TEST_F(command_test, both_directions_may_use_the_same_id_and_do_not_wait_for_each_other) {
    open_and_boot();
    command(make_command("same"));
    acknowledge_reply();
    say(R"([2,"same","DataTransfer",{"vendorId":"x"}])");
    say(R"([3,"same",{"status":"Accepted"}])");
    EXPECT_EQ(states().back(), command_state::answered) << "not behind the call that waits for the log";
    acknowledge();
    EXPECT_TRUE(out.sent.back().starts_with(R"([3,"same",{"status":"UnknownVendorId")"));
}

TEST_F(command_test, a_pending_charger_may_say_what_it_was_triggered_to_say) {
    directory.apply(events::charge_point_entry{
        .key = {tenant_id{1}, "bura"}, .identity = "BURA", .registration = "Pending"});
    open_and_boot();
    command(make_command("t", "TriggerMessage", R"({"requestedMessage":"StatusNotification"})"));
    acknowledge_reply();
    say(status_call);
    EXPECT_NE(out.sent.back().find("SecurityError"), std::string::npos);
    say(R"([3,"t",{"status":"Accepted"}])");
    say(status_call);
    acknowledge();
    EXPECT_EQ(out.sent.back(), R"([3,"st1",{}])");
}

} // namespace
} // namespace voltlane::gateway::testing
