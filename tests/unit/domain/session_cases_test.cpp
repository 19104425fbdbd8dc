#include "fold_bench.hpp"

// The field's transactions, each with the sessions it must leave, to the digit. Every case runs folded as one
// batch, as a batch per event, and with a worker that forgets everything after each event. Prices: 0.500 a
// kWh, 0.250 an hour.
namespace voltlane::domain::test {
namespace {

using script = std::function<void(fold_bench&)>;
struct fold_case {
    std::string name;
    script play;
    std::vector<std::string> sessions;
};

void PrintTo(const fold_case& c, std::ostream* os) {
    *os << c.name;
}

class session_cases : public testing::TestWithParam<fold_case> {};

void expect_case(const fold_case& c, fold_bench::mode mode, const char* how) {
    SCOPED_TRACE(c.name + ", " + how);
    fold_bench bench(mode);
    c.play(bench);
    EXPECT_EQ(bench.sessions(), c.sessions);
    EXPECT_EQ(bench.rollup(), bench.billed()) << "rollups hold what the sessions say";

    // Everything delivered once more under its ids: nothing moves.
    const auto total = bench.billed();
    const auto count = bench.log().size();
    for (std::size_t i = 0; i < count; ++i)
        if (bench.log()[i]->event.connection.known()) bench.deliver_again(i);
    EXPECT_EQ(bench.sessions(), c.sessions) << "after a second delivery";
    EXPECT_EQ(bench.rollup(), total);
}

TEST_P(session_cases, leave_these_sessions) {
    expect_case(GetParam(), fold_bench::mode::one_batch, "one batch");
    expect_case(GetParam(), fold_bench::mode::batch_per_event, "a batch per event");
    expect_case(GetParam(), fold_bench::mode::restart_per_event, "a restart per event");
}

const fold_case plain[] = {
    {"a whole session",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.sample({.at = "10:30:00", .wh = "3500", .key = tx});
         b.stop({.at = "11:00:00", .meter = "6000", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"still running: the samples show",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.sample({.at = "10:30:00", .wh = "3500.499", .key = tx});
     },
     {"c1 open 10:00:00- 2.5kWh total=null "}},
    {"energy is rounded half up to whole Wh, then the total",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00", .meter = "1000.0"});
         b.stop({.at = "10:00:45", .meter = "1191.5", .key = tx});
     },
     {"c1 stopped 10:00:00-10:00:45 0.192kWh total=0.099 Local"}},
    {"fractions of seconds are cut at both ends",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "2026-01-10T10:00:00.999Z"});
         b.stop({.at = "2026-01-10T11:00:00.001Z", .meter = "1000", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 0.0kWh total=0.250 Local"}},
    {"two connectors at once",
     [](fold_bench& b) {
         const auto one = b.start({.at = "10:00:00"});
         const auto two = b.start({.at = "10:05:00", .meter = "0", .tag = "tag2", .connector = 2});
         b.stop({.at = "11:00:00", .meter = "2000", .key = one});
         b.stop({.at = "11:05:00", .meter = "500", .key = two, .tag = "tag2"});
     },
     {"c1 stopped 10:00:00-11:00:00 1.0kWh total=0.750 Local",
      "c2 stopped 10:05:00-11:05:00 0.5kWh total=0.500 Local"}},
    {"27, 30: boot and status never end a session",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.status("Available");
         b.reconnect();
         b.boot();
         b.status("Finishing");
         b.stop({.at = "11:00:00", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
};
INSTANTIATE_TEST_SUITE_P(plain, session_cases, testing::ValuesIn(plain));

const fold_case repeats[] = {
    {"24, F2: a repeated start is one session",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.start({.at = "10:00:00", .received = "10:00:20"});
         b.reconnect();
         const auto tx = b.start({.at = "10:00:00", .received = "10:03:00"});
         b.stop({.at = "11:00:00", .key = tx});
         b.start({.at = "10:00:00", .received = "11:30:00"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"26: message ids do not matter, the tuple does",
     [](fold_bench& b) {
         const auto one = b.start({.at = "10:00:00"});
         b.stop({.at = "10:30:00", .meter = "2000", .key = one});
         b.reconnect();
         const auto two = b.start({.at = "10:40:00", .meter = "2000"});
         b.stop({.at = "11:40:00", .meter = "3000", .key = two});
     },
     {"c1 stopped 10:00:00-10:30:00 1.0kWh total=0.625 Local",
      "c1 stopped 10:40:00-11:40:00 1.0kWh total=0.750 Local"}},
    {"F4: a stop twice, and another one after it",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.stop({.at = "11:00:00", .key = tx});
         b.reconnect();
         b.stop({.at = "11:00:00", .key = tx, .received = "11:10:00"});
         b.stop({.at = "12:00:00", .meter = "99000", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"a start refused first and accepted when repeated",
     [](fold_bench& b) {
         b.start({.at = "10:00:00", .status = "Invalid", .account = {}});
         b.reconnect();
         const auto tx = b.start({.at = "10:00:00", .received = "10:01:00"});
         b.stop({.at = "11:00:00", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"25, F3: a new start closes the one before at its last meter value",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.sample({.at = "10:30:00", .wh = "3000", .key = tx});
         b.start({.at = "12:00:00", .meter = "4000"});
     },
     {"c1 superseded 10:00:00-10:30:00 2.0kWh total=1.125 superseded",
      "c1 open 12:00:00- 0.0kWh total=null "}},
    {"superseded without any meter value",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.start({.at = "12:00:00", .meter = "4000"});
     },
     {"c1 superseded 10:00:00-10:00:00 0.0kWh total=0.000 superseded",
      "c1 open 12:00:00- 0.0kWh total=null "}},
    {"a real stop overrides superseded",
     [](fold_bench& b) {
         const auto one = b.start({.at = "10:00:00"});
         const auto two = b.start({.at = "12:00:00", .meter = "6000"});
         b.stop({.at = "11:00:00", .meter = "6000", .key = one, .received = "12:00:10"});
         b.stop({.at = "13:00:00", .meter = "7000", .key = two});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local",
      "c1 stopped 12:00:00-13:00:00 1.0kWh total=0.750 Local"}},
    {"meter values that come late still count for a superseded session, up to the next start",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.start({.at = "12:00:00", .meter = "6000"});
         b.sample({.at = "11:00:00", .wh = "5000", .key = tx, .received = "12:01:00"});
         b.sample({.at = "12:30:00", .wh = "6500", .key = tx});
     },
     {"c1 superseded 10:00:00-11:00:00 4.0kWh total=2.250 superseded",
      "c1 open 12:00:00- 0.0kWh total=null "}},
    {"an older start out of an offline queue does not end the live one",
     [](fold_bench& b) {
         const auto live = b.start({.at = "12:00:00", .meter = "6000"});
         const auto queued = b.start({.at = "10:00:00", .received = "12:00:30"});
         b.sample({.at = "12:15:00", .wh = "6500", .key = live});
         b.stop({.at = "11:00:00", .meter = "6000", .key = queued, .received = "12:16:00"});
     },
     {"c1 open 12:00:00- 0.5kWh total=null ", "c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
};
INSTANTIATE_TEST_SUITE_P(repeats, session_cases, testing::ValuesIn(repeats));

const fold_case keyless[] = {
    {"19: meter values without a transaction go to the connector's open session, by time",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.sample({.at = "09:59:00", .wh = "999", .received = "10:00:01"});
         b.sample({.at = "10:30:00", .wh = "3000"});
         b.sample({.at = "10:31:00", .wh = "999000", .connector = 2});
     },
     {"c1 open 10:00:00- 2.0kWh total=null "}},
    {"F5: values of a transaction that nobody knows are no session's",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.sample({.at = "10:30:00", .wh = "3000", .key = "4711"});
     },
     {"c1 open 10:00:00- 0.0kWh total=null "}},
    {"20: connector 0 is the station's meter and bills nothing",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.sample({.at = "10:30:00", .wh = "900000", .connector = 0});
         b.sample({.at = "10:31:00", .wh = "900000", .key = tx, .connector = 0});
         b.stop({.at = "11:00:00", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"21: a stop with transaction id 0 ends the one open session that fits",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.stop({.at = "11:00:00", .tag = ""});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"21: by tag",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.start({.at = "10:05:00", .meter = "2000", .tag = "tag2", .connector = 2});
         b.stop({.at = "11:05:00", .meter = "4000", .tag = "tag2"});
     },
     {"c1 open 10:00:00- 0.0kWh total=null ", "c2 stopped 10:05:00-11:05:00 2.0kWh total=1.250 Local"}},
    {"21: by meter",
     [](fold_bench& b) {
         b.start({.at = "10:00:00", .meter = "9000000"});
         b.start({.at = "10:05:00", .meter = "2000", .connector = 2});
         b.stop({.at = "11:05:00", .meter = "4000"});
     },
     {"c1 open 10:00:00- 0.0kWh total=null ", "c2 stopped 10:05:00-11:05:00 2.0kWh total=1.250 Local"}},
    {"22: stop -1 after an offline start pairs with the start just replayed",
     [](fold_bench& b) {
         b.start({.at = "09:00:00", .meter = "500", .connector = 2});
         b.reconnect();
         b.start({.at = "10:00:00", .received = "12:00:00"});
         b.stop({.at = "11:00:00", .received = "12:00:01"});
     },
     {"c2 open 09:00:00- 0.0kWh total=null ", "c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"22: repeated without an id it is recognised",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.stop({.at = "11:00:00"});
         b.reconnect();
         b.start({.at = "11:30:00", .meter = "6000"});
         b.stop({.at = "11:00:00", .received = "11:31:00"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local", "c1 open 11:30:00- 0.0kWh total=null "}},
    {"22: parked where two fit",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.start({.at = "10:01:00", .connector = 2});
         b.stop({.at = "11:00:00"});
     },
     {"c1 open 10:00:00- 0.0kWh total=null ", "c2 open 10:01:00- 0.0kWh total=null ",
      "c0 stopped 11:00:00-11:00:00 0.0kWh total=null Local review=orphan"}},
    {"23, 28: a stop that nobody started is kept for review, once",
     [](fold_bench& b) {
         b.stop({.at = "11:00:00", .tag = ""});
         b.reconnect();
         b.stop({.at = "11:00:00", .tag = "", .received = "11:05:00"});
     },
     {"c0 stopped 11:00:00-11:00:00 0.0kWh total=null Local review=orphan"}},
    {"E8, F16: an unknown transaction id touches no running session",
     [](fold_bench& b) {
         b.start({.at = "10:00:00"});
         b.stop({.at = "11:00:00", .key = "999"});
         b.stop({.at = "11:00:00", .key = "999", .received = "11:01:00"});
     },
     {"c1 open 10:00:00- 0.0kWh total=null ",
      "c0 stopped 11:00:00-11:00:00 0.0kWh total=null Local review=orphan"}},
    {"F4: the stop came before its start",
     [](fold_bench& b) {
         fold_bench other;
         const auto tx = other.start({.at = "10:00:00"});
         b.stop({.at = "11:00:00", .key = tx});
         b.start({.at = "10:00:00", .received = "11:00:10"});
         b.start({.at = "10:00:00", .received = "11:00:20"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"F4: the same without a transaction id",
     [](fold_bench& b) {
         b.stop({.at = "11:00:00"});
         b.start({.at = "10:00:00", .received = "11:10:00"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"a live start does not take an old orphan",
     [](fold_bench& b) {
         b.stop({.at = "09:00:00"});
         b.start({.at = "10:00:00"});
     },
     {"c0 stopped 09:00:00-09:00:00 0.0kWh total=null Local review=orphan",
      "c1 open 10:00:00- 0.0kWh total=null "}},
    {"31: closing meter values after the stop change nothing",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:00:00"});
         b.stop({.at = "11:00:00", .key = tx});
         b.sample({.at = "11:00:01", .wh = "6100", .key = tx});
         b.sample({.at = "11:00:02", .wh = "50", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
};
INSTANTIATE_TEST_SUITE_P(keyless, session_cases, testing::ValuesIn(keyless));

const fold_case clocks[] = {
    {"4, E6: 1970 before the clock is set: the receipt's times",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "1970-01-01T00:00:05Z", .received = "10:00:00"});
         b.stop({.at = "1970-01-01T01:00:05Z", .key = tx, .received = "11:00:00"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"E6: unreadable and missing timestamps",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "?", .received = "10:00:00"});
         b.sample({.at = "", .wh = "2000", .key = tx, .received = "10:30:00"});
         b.stop({.at = "?", .key = tx, .received = "11:00:00"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"E6: six minutes ahead is implausible, five is taken",
     [](fold_bench& b) {
         const auto one = b.start({.at = "10:06:00", .received = "10:00:00"});
         b.stop({.at = "11:05:00", .key = one, .received = "11:00:00"});
     },
     {"c1 stopped 10:00:00-11:05:00 5.0kWh total=2.771 Local"}},
    {"old but plausible times are billed as they are",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "2025-09-05T16:10:20Z", .meter = "0", .received = "10:00:00"});
         b.stop({.at = "2025-09-05T16:11:05Z", .meter = "192", .key = tx, .received = "10:00:01"});
     },
     {"c1 stopped 2025-09-05T16:10:20Z-2025-09-05T16:11:05Z 0.192kWh total=0.099 Local"}},
    {"F14: ten years ahead, then corrected backwards",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "2036-01-10T10:00:00Z", .received = "10:00:00"});
         b.sample({.at = "10:30:00", .wh = "3000", .key = tx});
         b.stop({.at = "11:00:00", .key = tx});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"F14: corrected by less: no negative duration, but a person looks",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "10:04:00", .received = "10:00:00"});
         b.stop({.at = "10:02:00", .meter = "1500", .key = tx});
     },
     {"c1 stopped 10:04:00-10:04:00 0.5kWh total=null Local review=stop_before_start"}},
    {"no clock: the same tuple after its stop is the next session",
     [](fold_bench& b) {
         for (const std::string hour : {"10", "12"}) {
             const auto tx =
                 b.start({.at = "1970-01-01T00:00:05Z", .meter = "0", .received = hour + ":00:00"});
             b.stop({.at = hour == "10" ? "1970-01-01T01:00:05Z" : "1970-01-01T00:30:05Z",
                     .meter = "1000",
                     .key = tx,
                     .received = hour + ":30:00"});
             b.reconnect();
         }
     },
     {"c1 stopped 10:00:00-10:30:00 1.0kWh total=0.625 Local",
      "c1 stopped 12:00:00-12:30:00 1.0kWh total=0.625 Local"}},
    {"no clock: a replay of start and stop is merged back",
     [](fold_bench& b) {
         for (int i = 0; i < 3; ++i) {
             const auto tx = b.start({.at = "1970-01-01T00:00:05Z",
                                      .meter = "0",
                                      .received = "1" + std::to_string(i) + ":00:00"});
             b.sample({.at = "1970-01-01T00:30:00Z",
                       .wh = "500",
                       .key = tx,
                       .received = "1" + std::to_string(i) + ":20:00"});
             b.stop({.at = "1970-01-01T01:00:05Z",
                     .meter = "1000",
                     .key = tx,
                     .received = "1" + std::to_string(i) + ":30:00"});
             b.reconnect();
         }
     },
     {"c1 stopped 10:00:00-10:30:00 1.0kWh total=0.625 Local"}},
    {"no clock: a start re-sent over an older connection than its stop is a repeat",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "1970-01-01T00:00:05Z", .received = "10:00:00"});
         b.reconnect();
         b.stop({.at = "1970-01-01T01:00:05Z", .key = tx, .received = "11:00:00"});
         auto late = std::make_unique<scripted>();
         late->event = b.log().front()->event;
         late->event.seq = 2;
         b.push(std::move(late));
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"no clock: samples replayed later are no reset",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "1970-01-01T00:00:05Z", .received = "10:00:00"});
         b.sample({.at = "1970-01-01T00:30:00Z", .wh = "3000", .key = tx, .received = "10:30:00"});
         b.sample({.at = "1970-01-01T00:40:00Z", .wh = "4000", .key = tx, .received = "10:40:00"});
         b.reconnect();
         b.sample({.at = "1970-01-01T00:30:00Z", .wh = "3000", .key = tx, .received = "10:50:00"});
         b.stop({.at = "1970-01-01T01:00:00Z", .key = tx, .received = "11:00:00"});
     },
     {"c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local"}},
    {"longer than thirty days",
     [](fold_bench& b) {
         const auto tx = b.start({.at = "2020-01-01T00:00:00Z", .received = "10:00:00"});
         b.stop({.at = "11:00:00", .key = tx});
     },
     {"c1 stopped 2020-01-01T00:00:00Z-11:00:00 5.0kWh total=null Local review=implausible_duration"}},
};
INSTANTIATE_TEST_SUITE_P(clocks, session_cases, testing::ValuesIn(clocks));

} // namespace
} // namespace voltlane::domain::test
