#include "shared/kafka/topic_declaration.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::kafka {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::ThrowsMessage;
using ::testing::UnorderedElementsAre;

constexpr auto good = R"(
name: ocpp.inbound
key: "<tenant id>/<charge point>"
partitions: 64
cleanup: delete
retention: 7d
config: {segment.ms: 21600000}
schema: [inbound]
producers: [voltlane-gateway, voltlane-api]
readers: [voltlane-worker]
)";

TEST(topic_declaration, is_read_with_its_configs) {
    const auto t = parse_topic(good, "ocpp.inbound.yaml");
    EXPECT_EQ(t.name, "ocpp.inbound");
    EXPECT_EQ(t.partitions, 64);
    EXPECT_EQ(t.retention, 168h);
    EXPECT_THAT(t.producers, ElementsAre("voltlane-gateway", "voltlane-api"));
    EXPECT_THAT(t.configs,
                UnorderedElementsAre(Pair("cleanup.policy", "delete"), Pair("retention.ms", "604800000"),
                                     Pair("segment.ms", "21600000")));
}

TEST(topic_declaration, a_compacted_one_has_no_retention) {
    const auto t =
        parse_topic("{name: a, key: k, partitions: 16, cleanup: compact, schema: [s], producers: [p], "
                    "readers: [r]}",
                    "a.yaml");
    EXPECT_EQ(t.cleanup, topic_declaration::cleanup_policy::compact);
    EXPECT_THAT(t.configs, ElementsAre(Pair("cleanup.policy", "compact")));
}

TEST(topic_declaration, all_mistakes_are_told_with_the_file) {
    const auto bad = [] {
        parse_topic("{name: a, partitions: 0, cleanup: sometimes, retention: soon, schema: s, producers: [], "
                    "readers: [[r]], colour: red, config: [1]}",
                    "a.yaml");
    };
    EXPECT_THAT(
        bad,
        ThrowsMessage<std::invalid_argument>(AllOf(
            HasSubstr("a.yaml: key must"), HasSubstr("partitions must be 1 to"), HasSubstr("cleanup must be"),
            HasSubstr("retention 'soon'"), HasSubstr("schema must"), HasSubstr("producers must"),
            HasSubstr("readers must hold"), HasSubstr("colour"), HasSubstr("config must be a map"))));
}

TEST(topic_declaration, what_is_no_map_is_refused) {
    for (const auto* text : {"", "[]", "a", "{", "\t- x", "name: [", "null"})
        EXPECT_THROW(parse_topic(text, "a.yaml"), std::invalid_argument) << text;
}

TEST(topic_declaration, retention_is_a_number_with_a_unit) {
    EXPECT_EQ(parse_retention("7d"), 168h);
    EXPECT_EQ(parse_retention("12h"), 12h);
    EXPECT_EQ(parse_retention("30m"), 30min);
    EXPECT_EQ(parse_retention("500ms"), 500ms);
    EXPECT_EQ(parse_retention("forever"), 0ms);
    for (const auto* text :
         {"", "7", "d", "-1d", "0d", "7 d", "7w", "99999999999999999999d", "9999999d", "1d2h"})
        EXPECT_THROW(parse_retention(text), std::invalid_argument) << text;
}

TEST(topic_declaration, a_folder_without_any_is_refused) {
    EXPECT_THROW(load_topics("/nonexistent"), std::invalid_argument);
}

} // namespace
} // namespace voltlane::kafka
