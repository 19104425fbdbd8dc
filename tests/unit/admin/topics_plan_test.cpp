#include "admin/topics_plan.hpp"

#include <gtest/gtest.h>

namespace voltlane::admin {
namespace {

using kafka::topic_declaration;
using kafka::topic_layout;

topic_declaration declared(std::string name, std::int32_t partitions = 16) {
    topic_declaration d;
    d.name = std::move(name);
    d.partitions = partitions;
    d.configs = {{"cleanup.policy", "delete"}, {"retention.ms", "1000"}};
    return d;
}

topic_layout as_declared(const topic_declaration& d, std::int32_t replication) {
    return wanted_layout(d, replication);
}

TEST(wanted_layout, demands_two_in_sync_replicas_from_three_on) {
    for (const std::int32_t replication : {1, 2}) {
        const auto l = wanted_layout(declared("a"), replication);
        EXPECT_EQ(l.replication, replication);
        EXPECT_FALSE(l.configs.contains("min.insync.replicas"));
        EXPECT_FALSE(l.configs.contains("unclean.leader.election.enable"));
    }
    const auto l = wanted_layout(declared("a"), 3);
    EXPECT_EQ(l.configs.at("min.insync.replicas"), "2");
    EXPECT_EQ(l.configs.at("unclean.leader.election.enable"), "false");
    EXPECT_EQ(l.configs.at("retention.ms"), "1000");
    EXPECT_EQ(l.partitions, 16);
}

struct plan_case {
    const char* name;
    std::map<std::string, topic_state> states;
    std::int32_t replication;
    std::vector<topic_action> actions;
    std::string text; // of the first
};

TEST(plan_topics, table) {
    const auto d = declared("a");
    const auto right = as_declared(d, 1);
    auto other_count = right;
    other_count.partitions = 17;
    auto other_config = right;
    other_config.configs = {{"cleanup.policy", "compact"}, {"segment.ms", "7"}};
    const auto safe = as_declared(d, 3);
    const std::vector<plan_case> cases{
        {"nothing there", {}, 1, {topic_action::create}, "create: 16 partitions, replication 1"},
        {"as declared", {{"a", {right, 4}}}, 1, {}, ""},
        {"the log was lost",
         {{"a", {{}, 4}}},
         1,
         {topic_action::recreate},
         "the log of generation 4 is gone: create generation 5, 16 partitions, replication 1"},
        {"a new database", {{"a", {right, {}}}}, 1, {topic_action::adopt}, "note its log as generation 1"},
        {"another partition count, and nothing else is looked at",
         {{"a", {other_count, {}}}},
         3,
         {topic_action::repartition},
         "has 17 partitions and shall have 16: the count is fixed for a topic's life"},
        {"another configuration",
         {{"a", {other_config, 1}}},
         1,
         {topic_action::configure},
         "configure: cleanup.policy compact -> delete, retention.ms (default) -> 1000, segment.ms 7 -> "
         "(default)"},
        {"configuration and generation",
         {{"a", {other_config, {}}}},
         1,
         {topic_action::configure, topic_action::adopt},
         "configure: cleanup.policy compact -> delete, retention.ms (default) -> 1000, segment.ms 7 -> "
         "(default)"},
        {"fewer replicas than wanted demand no two in sync",
         {{"a", {right, 1}}},
         3,
         {topic_action::replicate},
         "has replication 1 and shall have 3: reassign its partitions"},
        {"three replicas where one is wanted stay safe",
         {{"a", {safe, 1}}},
         1,
         {topic_action::replicate},
         "has replication 3 and shall have 1: reassign its partitions"},
        {"somebody else's topic",
         {{"a", {right, 1}}, {"b", {as_declared(declared("b"), 1), {}}}},
         1,
         {topic_action::undeclared},
         "is not declared: left alone"},
        {"a row of a topic that is declared no more", {{"a", {right, 1}}, {"b", {{}, 3}}}, 1, {}, ""},
    };
    for (const auto& c : cases) {
        const auto changes = plan_topics({d}, c.states, c.replication);
        std::vector<topic_action> actions;
        for (const auto& change : changes)
            actions.push_back(change.action);
        EXPECT_EQ(actions, c.actions) << c.name;
        if (!changes.empty()) {
            EXPECT_EQ(changes.front().text, c.text) << c.name;
        }
    }
}

TEST(plan_topics, changes_carry_the_layout_that_shall_be) {
    const auto d = declared("a", 64);
    const auto created = plan_topics({d}, {}, 3);
    ASSERT_EQ(created.size(), 1u);
    EXPECT_EQ(created[0].layout, wanted_layout(d, 3));
    auto now = wanted_layout(d, 2);
    now.configs.clear();
    const auto configured = plan_topics({d}, {{"a", {now, 1}}}, 2);
    ASSERT_EQ(configured.size(), 1u);
    EXPECT_EQ(configured[0].layout, wanted_layout(d, 2));
}

TEST(plan_topics, what_apply_would_act_on) {
    for (const auto a : {topic_action::create, topic_action::recreate, topic_action::adopt,
                         topic_action::configure, topic_action::repartition})
        EXPECT_TRUE(matters(a));
    for (const auto a : {topic_action::replicate, topic_action::undeclared})
        EXPECT_FALSE(matters(a));
}

} // namespace
} // namespace voltlane::admin
