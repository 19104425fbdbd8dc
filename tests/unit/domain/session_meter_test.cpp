#include "fold_bench.hpp"

// Meters that lie (field-notes 32 to 34, E2, E9): what is shown, what is billed, what a person must look at.
namespace voltlane::domain::test {
namespace {

struct meter_case {
    std::string name;
    std::string meter_start;
    std::vector<std::pair<std::string, std::string>> samples; // (time, Wh)
    std::string meter_stop;
    std::string session;
};

void PrintTo(const meter_case& c, std::ostream* os) {
    *os << c.name;
}

class session_meter : public testing::TestWithParam<meter_case> {};

TEST_P(session_meter, judges) {
    const auto& c = GetParam();
    for (const auto mode : {fold_bench::mode::one_batch, fold_bench::mode::restart_per_event}) {
        fold_bench b(mode);
        const auto tx = b.start({.at = "10:00:00", .meter = c.meter_start});
        for (const auto& [when, wh] : c.samples)
            b.sample({.at = when, .wh = wh, .key = tx});
        b.stop({.at = "11:00:00", .meter = c.meter_stop, .key = tx});
        EXPECT_EQ(b.sessions(), std::vector{"c1 stopped 10:00:00-11:00:00 " + c.session});
        EXPECT_EQ(b.rollup(), b.billed());
        EXPECT_EQ(b.row(1).meter_start_text, c.meter_start) << "raw values are kept";
        EXPECT_EQ(b.row(1).meter_stop_text, c.meter_stop);
    }
}

const meter_case cases[] = {
    {"per session from zero", "0", {{"10:30:00", "2500"}}, "5000", "5.0kWh total=2.750 Local"},
    {"lifetime", "912345", {{"10:30:00", "914000"}}, "917345", "5.0kWh total=2.750 Local"},
    {"per session samples beside lifetime start and stop",
     "912345",
     {{"10:30:00", "2500"}},
     "917345",
     "5.0kWh total=2.750 Local"},
    {"lifetime samples beside a meter per session",
     "0",
     {{"10:00:30", "910000"}, {"10:30:00", "912500"}},
     "5000",
     "5.0kWh total=2.750 Local"},
    {"both zero, nothing sampled", "0", {}, "0", "0.0kWh total=0.250 Local"},
    {"both zero although energy flowed",
     "0",
     {{"10:30:00", "2500"}},
     "0",
     "2.5kWh total=null Local review=meter_stop"},
    {"stop below start", "6000", {}, "1000", "0.0kWh total=null Local review=negative_energy"},
    {"stop a placeholder zero",
     "6000",
     {{"10:30:00", "8500"}},
     "0",
     "2.5kWh total=null Local review=negative_energy"},
    {"stop -1", "1000", {{"10:30:00", "3500"}}, "-1", "2.5kWh total=null Local review=meter_stop"},
    {"stop unreadable", "1000", {{"10:30:00", "3500"}}, "abc", "2.5kWh total=null Local review=meter_stop"},
    {"start -1",
     "-1",
     {{"10:10:00", "3500"}, {"10:50:00", "5500"}},
     "6000",
     "2.0kWh total=null Local review=meter_start"},
    {"start unreadable", "", {}, "6000", "0.0kWh total=null Local review=meter_start"},
    {"stop 2^31-1",
     "1000",
     {{"10:30:00", "3500"}},
     "2147483647",
     "2.5kWh total=null Local review=implausible_power"},
    {"beyond any register", "1000", {}, "9000000000000000", "0.0kWh total=null Local review=meter_stop"},
    {"a reset in the middle",
     "1000",
     {{"10:15:00", "3000"}, {"10:30:00", "10"}, {"10:45:00", "1010"}},
     "1500",
     "3.0kWh total=null Local review=meter_reset"},
    {"a reset seen at the stop only",
     "1000",
     {{"10:30:00", "3000"}},
     "1500",
     "2.0kWh total=null Local review=meter_stop"},
    {"rounding is no reset",
     "1000",
     {{"10:15:00", "3049.9"}, {"10:30:00", "3000"}},
     "3000",
     "2.0kWh total=1.250 Local"},
    {"a lifetime billed: placeholder start, the register far above",
     "0",
     {{"10:00:30", "909917"}, {"10:55:00", "910000"}},
     "910000",
     "0.083kWh total=null Local review=odometer"},
    {"the same without samples", "0", {}, "910000", "910.0kWh total=null Local review=odometer"},
    {"more than a megawatt", "1000", {}, "1100000", "1099.0kWh total=null Local review=implausible_power"},
    {"a truck", "1000", {{"10:30:00", "151000"}}, "301000", "300.0kWh total=150.250 Local"},
    {"absurd samples are no readings",
     "1000",
     {{"10:20:00", "-5"}, {"10:30:00", "9000000000000000"}},
     "6000",
     "5.0kWh total=2.750 Local"},
};
INSTANTIATE_TEST_SUITE_P(field, session_meter, testing::ValuesIn(cases));

std::vector<std::string> running(const std::function<void(fold_bench&, const std::string&)>& play,
                                 const std::string& meter = "3000") {
    fold_bench b;
    const auto tx = b.start({.at = "10:00:00", .meter = meter});
    play(b, tx);
    return b.sessions();
}

TEST(session_progress, phases_are_summed_and_a_total_wins) {
    const std::vector<std::string> two_kwh{"c1 open 10:00:00- 2.0kWh total=null "};
    EXPECT_EQ(running([](auto& b, auto& tx) {
                  b.sample({.at = "10:30:00",
                            .key = tx,
                            .phases = {{"L1", "2000"}, {"L2", "1500"}, {"L3", "1500"}}});
              }),
              two_kwh);
    EXPECT_EQ(running([](auto& b, auto& tx) {
                  b.sample({.at = "10:30:00",
                            .wh = "5000",
                            .key = tx,
                            .phases = {{"L1", "9"}, {"L2", "9"}, {"L3", "9"}}});
              }),
              two_kwh);
    EXPECT_EQ(running([](auto& b, auto& tx) {
                  b.sample({.at = "10:10:00", .wh = "4000", .key = tx});
                  b.sample({.at = "10:20:00", .key = tx, .phases = {{"L1", "1"}}});
                  b.sample({.at = "10:30:00", .wh = "5000", .key = tx});
              }),
              two_kwh)
        << "phases between totals are ignored";
    EXPECT_EQ(
        running([](auto& b, auto& tx) {
            b.sample({.at = "10:10:00", .key = tx, .phases = {{"L1", "100"}}});
            b.sample({.at = "10:10:01", .key = tx, .phases = {{"L2", "200"}}});
            b.sample({.at = "10:10:02", .key = tx, .phases = {{"L3", "300"}}});
            b.sample({.at = "10:30:00", .key = tx, .phases = {{"L1", "1100"}, {"L2", "700"}, {"L3", "800"}}});
        }),
        two_kwh)
        << "phases one by one";
    EXPECT_EQ(running([](auto& b, auto& tx) {
                  b.sample({.at = "10:10:00",
                            .key = tx,
                            .phases = {{"L1", "1000"}, {"L2", "1500"}, {"L3", "1500"}}});
                  b.sample({.at = "10:30:00", .wh = "5000", .key = tx});
              }),
              two_kwh)
        << "a total that comes later";
    EXPECT_EQ(running([](auto& b, auto& tx) {
                  b.sample({.at = "10:30:00", .key = tx, .phases = {{"N", "99999"}, {"L1-L2", "99999"}}});
              }),
              std::vector<std::string>{"c1 open 10:00:00- 0.0kWh total=null "});
}

TEST(session_progress, late_and_repeated_samples_do_not_go_back) {
    EXPECT_EQ(running([](auto& b, auto& tx) {
                  b.sample({.at = "10:30:00", .wh = "5000", .key = tx});
                  b.sample({.at = "10:10:00", .wh = "3500", .key = tx, .received = "10:30:10"});
                  b.sample({.at = "10:30:00", .wh = "5000", .key = tx, .received = "10:30:20"});
              }),
              std::vector<std::string>{"c1 open 10:00:00- 2.0kWh total=null "});
}

TEST(session_progress, a_late_sample_can_prove_a_reset) {
    fold_bench b;
    const auto tx = b.start({.at = "10:00:00"});
    b.sample({.at = "10:30:00", .wh = "1500", .key = tx});
    b.sample({.at = "10:10:00", .wh = "3000", .key = tx, .received = "10:30:10"});
    b.stop({.at = "11:00:00", .meter = "2500", .key = tx});
    EXPECT_EQ(b.sessions(), std::vector<std::string>{
                                "c1 stopped 10:00:00-11:00:00 2.0kWh total=null Local review=meter_reset"});
}

TEST(session_progress, samples_inside_the_stop_are_stored_and_looked_at) {
    fold_bench b;
    const auto tx = b.start({.at = "10:00:00", .meter = "0"});
    b.stop({.at = "11:00:00",
            .meter = "910000",
            .key = tx,
            .samples = {{.at = "10:00:00", .wh = "909917"}, {.at = "11:00:00", .wh = "910000"}}});
    EXPECT_EQ(b.sessions(), std::vector<std::string>{
                                "c1 stopped 10:00:00-11:00:00 0.083kWh total=null Local review=odometer"});
    ASSERT_EQ(b.samples().size(), 2u);
    EXPECT_EQ(b.samples()[0].session, 1);
}

TEST(session_progress, every_sample_is_stored_once_and_linked_where_known) {
    fold_bench b;
    b.sample({.at = "09:00:00", .wh = "1", .connector = 0});
    const auto tx = b.start({.at = "10:00:00"});
    b.sample({.at = "10:10:00", .wh = "2000", .key = tx, .phases = {{"L1", "700"}}});
    b.deliver_again(2);
    const auto stored = b.samples();
    ASSERT_EQ(stored.size(), 3u);
    EXPECT_EQ(stored[0].session, 0);
    EXPECT_EQ(stored[1].session, 1);
    EXPECT_EQ(stored[2].phase, "L1");
}

TEST(session_progress, nul_and_overlong_text_is_cleaned) {
    fold_bench b;
    auto e = std::make_unique<scripted>();
    const auto tx = b.start({.at = "10:00:00", .tag = std::string("a\0b", 3) + std::string(400, 'x')});
    b.sample({.at = "10:10:00", .wh = std::string("1\0", 2), .key = tx});
    EXPECT_EQ(b.row(1).id_tag.substr(0, 5), "a\xef\xbf\xbd"
                                            "b");
    EXPECT_LT(b.row(1).id_tag.size(), 260u);
    EXPECT_EQ(b.samples()[0].value, "1\xef\xbf\xbd");
}

} // namespace
} // namespace voltlane::domain::test
