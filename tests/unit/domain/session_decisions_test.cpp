#include "fold_bench.hpp"

// Who is billed, what an operator decides, what rollups and listeners hear.
namespace voltlane::domain::test {
namespace {

using strings = std::vector<std::string>;

TEST(session_policy, refused_tags_are_kept_and_reviewed_when_energy_flowed) {
    fold_bench b;
    const auto one = b.start({.at = "10:00:00", .status = "Blocked"});
    b.stop({.at = "10:00:20", .meter = "1000", .key = one, .reason = "DeAuthorized"});
    const auto two = b.start({.at = "11:00:00", .meter = "1000", .status = "Invalid", .account = {}});
    b.sample({.at = "11:30:00", .wh = "2000", .key = two});
    b.stop({.at = "12:00:00", .meter = "3000", .key = two});
    EXPECT_EQ(b.sessions(),
              (strings{"c1 stopped 10:00:00-10:00:20 0.0kWh total=null DeAuthorized",
                       "c1 stopped 11:00:00-12:00:00 2.0kWh total=null Local review=refused_tag"}));
    EXPECT_EQ(b.rollup()[2], 0) << "no price was frozen: the start was not accepted";

    b.decide("d1", 2, "accept");
    EXPECT_EQ(b.sessions()[1], "c1 stopped 11:00:00-12:00:00 2.0kWh total=1.250 Local")
        << "accepted by a person: the price of the start's receipt";
}

TEST(session_policy, connector_zero_sessions_are_reviewed) {
    fold_bench b;
    const auto tx = b.start({.at = "10:00:00", .connector = 0});
    b.start({.at = "10:10:00", .tag = "tag2", .connector = 0});
    b.stop({.at = "11:00:00", .key = tx});
    EXPECT_EQ(b.sessions(), (strings{"c0 stopped 10:00:00-11:00:00 5.0kWh total=null Local review=connector",
                                     "c0 open 10:10:00- 0.0kWh total=null "}))
        << "and do not supersede each other";
}

TEST(session_policy, the_account_that_commanded_is_billed_at_its_price) {
    fold_bench b;
    b.prices.push_back({account_id{9}, {}, {price{1000}, {}}, {}, {}});
    b.prices.push_back({{}, "student", {price{100}, {}}, {}, {}});
    const auto one = b.start({.at = "10:00:00", .started_by = account_id{9}});
    b.stop({.at = "11:00:00", .key = one});
    const auto two =
        b.start({.at = "12:00:00", .meter = "6000", .account = account_id{8}, .user_type = "student"});
    b.stop({.at = "13:00:00", .meter = "7000", .key = two});
    EXPECT_EQ(b.sessions(), (strings{"c1 stopped 10:00:00-11:00:00 5.0kWh total=5.000 Local",
                                     "c1 stopped 12:00:00-13:00:00 1.0kWh total=0.100 Local"}));
    EXPECT_EQ(b.row(1).owner(), account_id{9});
    EXPECT_EQ(b.row(2).owner(), account_id{8});
}

TEST(session_policy, prices_are_those_of_the_receipt_and_stay) {
    fold_bench b;
    b.prices = {{{}, {}, {price{500}, {}}, at("09:00:00"), at("10:30:00")},
                {{}, {}, {price{900}, {}}, at("10:30:00"), {}}};
    const auto tx = b.start({.at = "10:00:00", .received = "10:40:00"});
    b.stop({.at = "11:00:00", .key = tx});
    EXPECT_EQ(b.row(1).total->text(), "4.500");

    fold_bench none;
    none.prices.clear();
    const auto free = none.start({.at = "10:00:00"});
    none.stop({.at = "11:00:00", .key = free});
    EXPECT_EQ(none.sessions(), strings{"c1 stopped 10:00:00-11:00:00 5.0kWh total=null Local"});
    EXPECT_EQ(none.rollup(), (std::array<std::int64_t, 3>{1, 5000, 0}));
}

TEST(session_decisions, close_an_open_one_at_its_last_meter_value_for_good) {
    for (const auto mode : {fold_bench::mode::one_batch, fold_bench::mode::restart_per_event}) {
        fold_bench b(mode);
        const auto tx = b.start({.at = "10:00:00"});
        b.sample({.at = "10:30:00", .wh = "3000", .key = tx});
        b.flush();
        b.decide("d1", 1, "close");
        const strings closed{"c1 closed 10:00:00-10:30:00 2.0kWh total=1.125 closed"};
        EXPECT_EQ(b.sessions(), closed);
        b.decide("d1", 1, "close");
        b.decide("d2", 1, "close");
        b.sample({.at = "10:40:00", .wh = "3500", .key = tx, .received = "20:01:00"});
        b.stop({.at = "11:00:00", .key = tx, .received = "20:02:00"});
        EXPECT_EQ(b.sessions(), closed) << "a real stop overrides superseded and abandoned, not a person";
        EXPECT_EQ(b.row(1).meter_stop_text, "6000") << "what the charger said is kept";
        EXPECT_EQ(b.decisions(), (std::map<std::string, bool>{{"d1", true}, {"d2", false}}));
        EXPECT_EQ(b.rollup(), b.billed());
    }
}

TEST(session_decisions, review_is_ended_by_accept_or_set_energy) {
    for (const auto mode : {fold_bench::mode::one_batch, fold_bench::mode::restart_per_event}) {
        fold_bench b(mode);
        const auto tx = b.start({.at = "10:00:00", .meter = "6000"});
        b.sample({.at = "10:30:00", .wh = "8000", .key = tx});
        b.stop({.at = "11:00:00", .meter = "0", .key = tx});
        b.flush();
        EXPECT_EQ(b.rollup(), (std::array<std::int64_t, 3>{0, 0, 0}));
        b.decide("d1", 1, "accept");
        EXPECT_EQ(b.sessions(), strings{"c1 stopped 10:00:00-11:00:00 2.0kWh total=1.250 Local"});
        b.decide("d2", 1, "set_energy", 3000);
        EXPECT_EQ(b.sessions(), strings{"c1 stopped 10:00:00-11:00:00 3.0kWh total=1.750 Local"});
        b.decide("d2", 1, "set_energy", 9000);
        b.decide("d3", 1, "accept");
        b.decide("d4", 1, "set_energy", -1);
        b.decide("d5", 1, "set_energy");
        b.decide("d6", 1, "explode");
        b.decide("d7", 99, "accept");
        b.stop({.at = "11:30:00", .meter = "9999", .key = tx});
        EXPECT_EQ(b.sessions(), strings{"c1 stopped 10:00:00-11:00:00 3.0kWh total=1.750 Local"});
        EXPECT_EQ(b.rollup(), (std::array<std::int64_t, 3>{1, 3000, 1750}));
        EXPECT_EQ(b.decisions(), (std::map<std::string, bool>{{"d1", true},
                                                              {"d2", true},
                                                              {"d3", false},
                                                              {"d4", false},
                                                              {"d5", false},
                                                              {"d6", false},
                                                              {"d7", false}}));
    }
}

TEST(session_decisions, an_open_session_is_neither_accepted_nor_set) {
    fold_bench b;
    b.start({.at = "10:00:00"});
    b.flush();
    b.decide("d1", 1, "accept");
    b.decide("d2", 1, "set_energy", 5);
    EXPECT_EQ(b.sessions(), strings{"c1 open 10:00:00- 0.0kWh total=null "});
}

TEST(session_decisions, an_orphan_can_be_billed) {
    fold_bench b;
    b.stop({.at = "11:00:00", .key = "12345"});
    b.flush();
    b.decide("d1", 1, "set_energy", 4000);
    EXPECT_EQ(b.sessions(), strings{"c0 stopped 11:00:00-11:00:00 4.0kWh total=2.000 Local"});
}

TEST(session_decisions, a_start_that_joins_a_decided_orphan_changes_no_energy) {
    fold_bench b;
    fold_bench scratch;
    const auto tx = scratch.start({.at = "11:30:00"});
    b.stop({.at = "11:00:00", .key = tx});
    b.flush();
    b.decide("d1", 1, "set_energy", 4000, "11:15:00");
    b.start({.at = "11:30:00", .received = "11:31:00"});
    EXPECT_EQ(b.sessions(), strings{"c1 stopped 11:30:00-11:30:00 4.0kWh total=2.000 Local"})
        << "and ends no earlier than it starts";
}

TEST(session_decisions, a_deleted_charge_point_abandons_and_a_real_stop_corrects) {
    for (const auto mode : {fold_bench::mode::one_batch, fold_bench::mode::restart_per_event}) {
        fold_bench b(mode);
        const auto tx = b.start({.at = "10:00:00"});
        b.sample({.at = "10:30:00", .wh = "3000", .key = tx});
        b.start({.at = "10:10:00", .connector = 2});
        b.decide("d1", 0, "abandon", {}, "10:45:00");
        EXPECT_EQ(b.sessions(), (strings{"c1 abandoned 10:00:00-10:30:00 2.0kWh total=1.125 abandoned",
                                         "c2 abandoned 10:10:00-10:10:00 0.0kWh total=0.000 abandoned"}));
        EXPECT_EQ(b.rollup(), (std::array<std::int64_t, 3>{2, 2000, 1125}));
        b.stop({.at = "11:00:00", .key = tx});
        EXPECT_EQ(b.sessions()[0], "c1 stopped 10:00:00-11:00:00 5.0kWh total=2.750 Local");
        EXPECT_EQ(b.rollup(), (std::array<std::int64_t, 3>{2, 5000, 2750})) << "rollups get the difference";
    }
}

TEST(session_changes, one_per_session_and_batch) {
    fold_bench b(fold_bench::mode::batch_per_event);
    const auto tx = b.start({.at = "10:00:00"});
    b.sample({.at = "10:10:00", .wh = "2000", .key = tx});
    b.sample({.at = "10:10:00", .wh = "2000", .key = tx, .received = "10:10:30"});
    b.start({.at = "10:00:00", .received = "10:11:00"});
    b.stop({.at = "11:00:00", .meter = "0", .key = tx});
    b.decide("d1", 1, "accept");
    EXPECT_EQ(b.changes(), (strings{"started 1", "updated 1", "ended 1", "reviewed 1"}));

    fold_bench at_once;
    const auto quick = at_once.start({.at = "10:00:00"});
    at_once.sample({.at = "10:10:00", .wh = "2000", .key = quick});
    at_once.stop({.at = "11:00:00", .key = quick});
    at_once.flush();
    EXPECT_EQ(at_once.changes(), (strings{"started 1", "ended 1"}));
}

TEST(session_changes, carry_what_people_see) {
    fold_bench b;
    charger_state state;
    state.key = {tenant_id{1}, "cp1"};
    state.identity = "CP1";
    const auto tx = b.start({.at = "10:00:00", .started_by = account_id{9}});
    b.stop({.at = "11:00:00", .key = tx});
    const auto c = to_change({&state, &b.row(1), "ended"});
    EXPECT_EQ(c.id, session_id{1});
    EXPECT_EQ(c.account, account_id{9});
    EXPECT_EQ(c.energy_wh, 5000);
    EXPECT_EQ(c.total->text(), "2.750");
    EXPECT_EQ(c.ended_at, at("11:00:00"));
    EXPECT_EQ(c.price_per_kwh, price{500});
    EXPECT_EQ(c.review, "");
}

TEST(session_bounds, a_charger_that_counts_up_connectors_keeps_so_many_open) {
    fold_bench b;
    const auto count = static_cast<std::int64_t>(most_open_sessions) + 3;
    for (std::int64_t c = 1; c <= count; ++c)
        b.start({.at = "10:00:00", .connector = c});
    const auto rows = b.sessions();
    EXPECT_EQ(std::count_if(rows.begin(), rows.end(), [](auto& r) { return r.find(" open ") != r.npos; }),
              static_cast<std::int64_t>(most_open_sessions));
    EXPECT_EQ(rows[2], "c3 superseded 10:00:00-10:00:00 0.0kWh total=0.000 superseded");
}

TEST(session_needs, ask_for_nothing_that_is_in_hand) {
    fold_bench b;
    const auto tx = b.start({.at = "10:00:00"});
    b.flush();
    b.sample({.at = "10:10:00", .wh = "2000", .key = tx});
    const auto* values = &b.log().back()->event;
    EXPECT_TRUE(needs(b.state(), std::span(&values, 1)).empty()) << "the hot path reads nothing";
    EXPECT_FALSE(price_needs(b.state(), std::span(&values, 1)));

    charger_state empty;
    const auto first = needs(empty, std::span(&values, 1));
    EXPECT_TRUE(first.open_sessions);
    EXPECT_EQ(first.transaction_keys, strings{tx});
    const auto* start = &b.log().front()->event;
    const auto asked = price_needs(empty, std::span(&start, 1));
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->accounts, std::vector{account_id{7}});
    EXPECT_EQ(asked->from, at("10:00:00"));
}

TEST(epoch_window, skips_what_it_has_seen_and_never_drops_the_old) {
    epoch_window w;
    EXPECT_TRUE(w.admit({1, 10}, 1));
    EXPECT_FALSE(w.admit({1, 10}, 1));
    EXPECT_TRUE(w.admit({1, 10}, 2));
    EXPECT_FALSE(w.admit({1, 10}, 1));
    EXPECT_TRUE(w.admit({1, 30}, 1));
    EXPECT_TRUE(w.admit({1, 20}, 1)) << "an older connection's event may come late";
    EXPECT_FALSE(w.admit({1, 20}, 1));
    EXPECT_TRUE(w.admit({2, 5}, 1)) << "a new generation is newer";
    EXPECT_TRUE(w.admit({2, 6}, 1));
    EXPECT_EQ(w.entries().size(), epoch_window::capacity);
    EXPECT_EQ(w.entries().front().connection, (epoch{1, 20}));
    EXPECT_TRUE(w.admit({1, 10}, 1)) << "older than the four kept: by meaning only";
    EXPECT_TRUE(w.admit({1, 10}, 1));
    EXPECT_EQ(w.entries().size(), epoch_window::capacity);
    EXPECT_TRUE(w.admit({}, 0)) << "decisions have no epoch";
    EXPECT_TRUE(w.admit({}, 0));
    EXPECT_EQ(epoch_window(w.entries()).entries(), w.entries());
    EXPECT_EQ(
        epoch_window({{{1, 5}, 1}, {{1, 1}, 1}, {{1, 4}, 1}, {{1, 2}, 1}, {{1, 3}, 1}}).entries().front(),
        (epoch_window::entry{{1, 2}, 1}));
}

TEST(session_names, round_trip) {
    for (int i = 0; i <= 4; ++i) {
        const auto k = static_cast<end_kind>(i);
        EXPECT_EQ(parse_end_kind(to_string(k)), k);
    }
    for (int i = 0; i <= static_cast<int>(review_reason::refused_tag); ++i) {
        const auto r = static_cast<review_reason>(i);
        EXPECT_EQ(parse_review_reason(to_string(r)), r);
    }
    EXPECT_FALSE(parse_end_kind("gone"));
    EXPECT_FALSE(parse_review_reason("mood"));
}

} // namespace
} // namespace voltlane::domain::test
