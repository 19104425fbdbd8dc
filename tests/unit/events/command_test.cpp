#include "shared/events/command.hpp"

#include "unit/events/golden.hpp"
#include "unit/events/hostile.hpp"

#include <gtest/gtest.h>

namespace voltlane::events {
namespace {

using namespace std::chrono_literals;

const timestamp noon = std::chrono::sys_days{std::chrono::year{2025} / 9 / 5} + 12h;

command bare_command() {
    command c;
    c.id = command_id{"6f1c2c1e-8d0b-4a57-9a53-0d6d2b8b7f10"};
    c.key = {tenant_id{7}, "bura"};
    c.gateway = "gateway-1/5f3a";
    c.connection = {1, 0};
    c.action = "ClearCache";
    c.payload = "{}";
    c.by = account_id{12};
    c.created_at = noon;
    c.deadline = noon + 60s;
    return c;
}

command full_command() {
    command c = bare_command();
    c.action = "RemoteStartTransaction";
    c.payload = R"({"connectorId":1, "idTag":"ABC-1","limit":1.50})";
    c.sealed = "c2VhbGVk";
    c.attempt = 2;
    c.vouch = command_vouch{"abc-1", account_id{12}, "residential", noon + 5min};
    return c;
}

void expect_same(const command& a, const command& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.key, b.key);
    EXPECT_EQ(a.gateway, b.gateway);
    EXPECT_EQ(a.connection, b.connection);
    EXPECT_EQ(a.action, b.action);
    EXPECT_EQ(a.payload, b.payload);
    EXPECT_EQ(a.sealed, b.sealed);
    EXPECT_EQ(a.by, b.by);
    EXPECT_EQ(a.created_at, b.created_at);
    EXPECT_EQ(a.deadline, b.deadline);
    EXPECT_EQ(a.attempt, b.attempt);
    ASSERT_EQ(a.vouch.has_value(), b.vouch.has_value());
    if (!a.vouch) return;
    EXPECT_EQ(a.vouch->id_tag_folded, b.vouch->id_tag_folded);
    EXPECT_EQ(a.vouch->account, b.vouch->account);
    EXPECT_EQ(a.vouch->user_type, b.vouch->user_type);
    EXPECT_EQ(a.vouch->until, b.vouch->until);
}

TEST(command, golden_and_back) {
    testing::expect_golden("command.bare", encode(bare_command()));
    testing::expect_golden("command.full", encode(full_command()));
    for (const auto& c : {bare_command(), full_command()}) {
        const auto r = parse_command(encode(c));
        ASSERT_TRUE(r);
        expect_same(*r, c);
    }
}

TEST(command, without_a_payload_is_an_empty_one) {
    command c = bare_command();
    c.payload.clear();
    const auto r = parse_command(encode(c));
    ASSERT_TRUE(r);
    EXPECT_EQ(r->payload, "{}");
}

TEST(command, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("command.full");
    testing::expect_hostile_refused(good, parse_command);
    testing::expect_unknown_members_ignored(good, parse_command);
    testing::expect_required(good,
                             {"id", "tenant", "charge_point", "gateway", "epoch", "action", "by",
                              "created_at", "deadline", "attempt", "payload", "id_tag_folded", "account",
                              "until"},
                             parse_command);
}

TEST(reply, golden_and_back) {
    const std::vector<std::pair<std::string, reply>> cases{
        {"reply.sent", {full_command(), command_state::sent, "gateway-1/5f3a", noon, "", "", "", ""}},
        {"reply.answered",
         {full_command(), command_state::answered, "g", noon, R"({"status" : "Accepted", "n":1.0})", "", "",
          ""}},
        {"reply.error",
         {bare_command(), command_state::error, "g", noon, "", "NotSupported", "no \"such\" thing",
          R"({"a":[1 ]})"}},
    };
    for (const auto& [name, want] : cases) {
        testing::expect_golden(name, encode(want));
        const auto r = parse_reply(encode(want));
        ASSERT_TRUE(r) << name;
        expect_same(r->command, want.command);
        EXPECT_EQ(r->state, want.state);
        EXPECT_EQ(r->gateway, want.gateway);
        EXPECT_EQ(r->at, want.at);
        EXPECT_EQ(r->response, want.response);
        EXPECT_EQ(r->error_code, want.error_code);
        EXPECT_EQ(r->error_description, want.error_description);
        EXPECT_EQ(r->error_details, want.error_details);
    }
}

TEST(reply, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("reply.answered");
    testing::expect_hostile_refused(good, parse_reply);
    testing::expect_unknown_members_ignored(good, parse_reply);
    testing::expect_required(good, {"state", "gateway", "at", "command", "id", "payload"}, parse_reply);
    std::string unknown = good;
    unknown.replace(unknown.find("answered"), 8, "answerer");
    EXPECT_FALSE(parse_reply(unknown));
}

TEST(command_state, names_and_back) {
    const std::vector<std::pair<command_state, std::string_view>> cases{
        {command_state::queued, "queued"},
        {command_state::sent, "sent"},
        {command_state::answered, "answered"},
        {command_state::error, "error"},
        {command_state::timeout, "timeout"},
        {command_state::expired, "expired"},
        {command_state::undeliverable, "undeliverable"},
        {command_state::refused, "refused"},
    };
    for (const auto& [state, text] : cases) {
        EXPECT_EQ(to_string(state), text);
        EXPECT_EQ(parse_command_state(text), state);
    }
    EXPECT_FALSE(parse_command_state("Queued"));
    EXPECT_FALSE(parse_command_state(""));
}

} // namespace
} // namespace voltlane::events
