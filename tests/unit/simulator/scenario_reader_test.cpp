#include "simulator/scenario_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(scenario_reader, takes_defaults_for_what_is_not_said) {
    for (const auto* text : {"", "# nothing\n", "{}", "station:\n"}) {
        const auto file = read_scenario(text, "x.yaml");
        EXPECT_THAT(file.errors, ElementsAre()) << text;
        EXPECT_EQ(file.value.station.connectors, 2);
    }
}

TEST(scenario_reader, reads_every_kind_of_value) {
    const auto file = read_scenario(R"(
station: {vendor: Acme, connectors: 4, supply: dc, kw: [50, 150], boots: never, security_events: true}
configuration: {MeterValueSampleInterval: 5, StopTransactionOnInvalidId: "false"}
tags: [A, B]
sessions: {length: 30, unknown_tag: 0.5}
network: {outages: {every: [10, 20], kind: half_open, together: true}}
misbehaviour: {clock_error: [-60, 60], repeated_start: 1}
at_end: vanish
)",
                                    "x.yaml");
    ASSERT_THAT(file.errors, ElementsAre());
    const auto& s = file.value;
    EXPECT_EQ(s.station.vendor, "Acme");
    EXPECT_TRUE(s.station.dc);
    EXPECT_EQ(s.station.kw, (range{50, 150}));
    EXPECT_EQ(s.station.boots, boot_habit::none);
    EXPECT_EQ(s.configuration.size(), 2U);
    EXPECT_THAT(s.tags, ElementsAre("A", "B"));
    EXPECT_EQ(s.sessions.length, (range{30, 30}));
    EXPECT_EQ(s.network.outages.kind, outage_kind::half_open);
    EXPECT_EQ(s.misbehaviour.clock_error, (range{-60, 60}));
    EXPECT_EQ(s.at_end, ending::vanish);
}

TEST(scenario_reader, names_file_line_and_key_of_every_error) {
    const auto file = read_scenario(R"(station:
  connectors: many
  colour: red
sessions:
  length: [60, 30]
  unknown_tag: 1.5
tags: []
at_end: explode
configuration:
  HeartbeatInterval: soon
  Nonsense: 1
network: 7
)",
                                    "odd.yaml");
    EXPECT_THAT(file.errors,
                ::testing::UnorderedElementsAre(
                    "odd.yaml:2: station.connectors: must be an integer from 1 to 32",
                    "odd.yaml:3: station.colour: is no known key",
                    "odd.yaml:5: sessions.length: the second number must not be smaller than the first",
                    "odd.yaml:6: sessions.unknown_tag: must be a number from 0 to 1",
                    "odd.yaml:7: tags: must be a list with at least one entry",
                    HasSubstr("odd.yaml:8: at_end: must be one of stop, close, vanish"),
                    HasSubstr("odd.yaml:10: configuration.HeartbeatInterval: must be a number"),
                    "odd.yaml:11: configuration.Nonsense: is no configuration key of a simulated charger",
                    "odd.yaml:12: network: must be a mapping of names to values"));
}

TEST(scenario_reader, says_where_text_is_no_yaml) {
    const auto file = read_scenario("station:\n  connectors: [1, 2\nsessions: {", "broken.yaml");
    ASSERT_EQ(file.errors.size(), 1U);
    EXPECT_THAT(file.errors[0], ::testing::MatchesRegex("broken\\.yaml:[0-9]+: is no YAML: .*"));
}

TEST(scenario_reader, survives_hostile_texts) {
    for (const auto* text :
         {"[1, 2, 3]", "just words", "42", "station: [1]", "tags: {a: b}", "tags: [[a]]",
          "sessions: {length: [1,2,3]}", "sessions: {length: .nan}", "sessions: {length: .inf}",
          "configuration: [a]", "configuration: {a: [b]}", "? [a]\n: b", "tags: [123456789012345678901]",
          "station: {vendor: ''}", "station: {connectors: 1e99}"})
        EXPECT_FALSE(read_scenario(text, "x").errors.empty()) << text;
}

TEST(scenario_reader, a_missing_file_is_an_error) {
    EXPECT_THAT(load_scenario("/nowhere/at/all.yaml").errors,
                ElementsAre("/nowhere/at/all.yaml: cannot be read"));
}

class shipped_scenario : public ::testing::TestWithParam<const char*> {};

TEST_P(shipped_scenario, is_good) {
    const std::string here = __FILE__;
    const auto root = here.substr(0, here.rfind("/tests/"));
    const auto file = load_scenario(root + "/src/simulator/scenarios/" + GetParam());
    EXPECT_THAT(file.errors, ElementsAre());
    EXPECT_FALSE(file.value.tags.empty());
}
INSTANTIATE_TEST_SUITE_P(all, shipped_scenario,
                         ::testing::Values("demo.yaml", "idle.yaml", "storm.yaml", "misbehave.yaml"),
                         [](const auto& info) {
                             const std::string name = info.param;
                             return name.substr(0, name.find('.'));
                         });

} // namespace
} // namespace voltlane::simulator
