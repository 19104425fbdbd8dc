#include "shared/events/changes.hpp"

#include "unit/events/golden.hpp"
#include "unit/events/hostile.hpp"

#include <gtest/gtest.h>

namespace voltlane::events {
namespace {

using namespace std::chrono_literals;

const timestamp noon = std::chrono::sys_days{std::chrono::year{2025} / 9 / 5} + 12h;

session_change bare_session() {
    session_change c;
    c.kind = "started";
    c.id = session_id{55};
    c.key = {tenant_id{7}, "bura"};
    c.identity = "BURA";
    c.connector = 1;
    c.transaction_key = "90210";
    c.id_tag = "ABC-1";
    c.started_at = noon;
    c.updated_at = noon;
    return c;
}

session_change full_session() {
    session_change c = bare_session();
    c.kind = "ended";
    c.account = account_id{12};
    c.started_by = account_id{13};
    c.energy_wh = 192;
    c.ended_at = noon + 45s;
    c.price_per_kwh = price{500'000};
    c.price_per_hour = price{250'000};
    c.total = money{99'125};
    c.stop_reason = "EVDisconnected";
    c.review = "meter ran backwards";
    return c;
}

TEST(session_change, golden_and_back) {
    for (const auto& [name, want] :
         {std::pair{"session.bare", bare_session()}, std::pair{"session.full", full_session()}}) {
        testing::expect_golden(name, encode(want));
        const auto r = parse_session_change(encode(want));
        ASSERT_TRUE(r) << name;
        EXPECT_EQ(r->kind, want.kind);
        EXPECT_EQ(r->id, want.id);
        EXPECT_EQ(r->key, want.key);
        EXPECT_EQ(r->account, want.account);
        EXPECT_EQ(r->started_by, want.started_by);
        EXPECT_EQ(r->ended_at, want.ended_at);
        EXPECT_EQ(r->price_per_kwh, want.price_per_kwh);
        EXPECT_EQ(r->price_per_hour, want.price_per_hour);
        EXPECT_EQ(r->total, want.total);
        EXPECT_EQ(encode(*r), encode(want));
    }
}

TEST(session_change, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("session.full");
    testing::expect_hostile_refused(good, parse_session_change);
    testing::expect_unknown_members_ignored(good, parse_session_change);
    testing::expect_required(good,
                             {"kind", "id", "tenant", "charge_point", "identity", "connector",
                              "transaction_key", "id_tag", "energy_wh", "started_at", "updated_at"},
                             parse_session_change);
    for (const std::string wrong : {"\"99.1251\"", "\"x\"", "99.125", "\"1e99\""}) {
        std::string bad = good;
        bad.replace(bad.find("\"99.125\""), 8, wrong);
        EXPECT_FALSE(parse_session_change(bad)) << wrong;
    }
}

TEST(station_change, golden_and_back) {
    station_change full{
        {tenant_id{7}, "bura"}, "BURA", "Charging", 1, "ACME", "Box", "s1", "1.2.3", {}, noon, true};
    full.connectors = {{1, "Charging", "NoError", noon}, {2, "Available", "", noon - 1s}};
    const station_change bare{.key = {tenant_id{7}, "bura"}, .identity = "BURA", .updated_at = noon};
    for (const auto& [name, want] : {std::pair{"station.full", full}, std::pair{"station.bare", bare}}) {
        testing::expect_golden(name, encode(want));
        const auto r = parse_station_change(encode(want));
        ASSERT_TRUE(r) << name;
        EXPECT_EQ(r->connectors.size(), want.connectors.size());
        EXPECT_EQ(r->deleted, want.deleted);
        EXPECT_EQ(encode(*r), encode(want));
    }
}

TEST(station_change, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("station.full");
    testing::expect_hostile_refused(good, parse_station_change);
    testing::expect_unknown_members_ignored(good, parse_station_change);
    testing::expect_required(
        good, {"tenant", "charge_point", "identity", "connector", "connectors", "error_code", "deleted"},
        parse_station_change);
}

TEST(dead_letter, golden_and_back) {
    const dead_letter text{
        "ocpp.inbound", partition_id{5}, log_offset{77}, "7/bura", "{\"a\":1}", "corrupt", noon};
    dead_letter bytes = text;
    bytes.key = std::string("\xff\x00\x01", 3);
    bytes.value = "\xed\xa0\x80"; // a surrogate: no UTF-8
    bytes.truncated = true;
    for (const auto& [name, want] :
         {std::pair{"dead_letter.text", text}, std::pair{"dead_letter.bytes", bytes}}) {
        testing::expect_golden(name, encode(want));
        const auto r = parse_dead_letter(encode(want));
        ASSERT_TRUE(r) << name;
        EXPECT_EQ(r->topic, want.topic);
        EXPECT_EQ(r->partition, want.partition);
        EXPECT_EQ(r->offset, want.offset);
        EXPECT_EQ(r->key, want.key);
        EXPECT_EQ(r->value, want.value);
        EXPECT_EQ(r->reason, want.reason);
        EXPECT_EQ(r->at, want.at);
        EXPECT_EQ(r->truncated, want.truncated);
    }
}

TEST(dead_letter, any_bytes_come_back) {
    const std::vector<std::string> values{"",         std::string(1, '\0'), "\x80", "\xc3",
                                          "\xc0\x80", "\xf5\x80\x80\x80",   "é",    "\xe2\x82\xac",
                                          "\xe2\x82", "\xf0\x9f\x98\x80",   "a\xff"};
    for (const auto& value : values) {
        dead_letter d{"t", partition_id{0}, log_offset{0}, value, value, "r", noon};
        const auto r = parse_dead_letter(encode(d));
        ASSERT_TRUE(r);
        EXPECT_EQ(r->value, value);
        EXPECT_EQ(r->key, value);
    }
}

TEST(dead_letter, a_large_value_is_cut_between_characters) {
    std::string large(max_dead_value_bytes - 1, 'a');
    large += "\xe2\x82\xac and more";
    const dead_letter d{"t", partition_id{0}, log_offset{0}, "k", large, std::string(5000, 'r'), noon};
    const auto r = parse_dead_letter(encode(d));
    ASSERT_TRUE(r);
    EXPECT_TRUE(r->truncated);
    EXPECT_EQ(r->value, std::string(max_dead_value_bytes - 1, 'a'));
    EXPECT_EQ(r->reason.size(), max_dead_reason_bytes);
    const dead_letter worst{"t", partition_id{0}, log_offset{0}, "k", std::string(1'000'000, '\x01'), "r",
                            noon};
    EXPECT_LT(encode(worst).size(), 1'000'000u);
}

TEST(dead_letter, hostile_values_are_corrupt) {
    const auto good = testing::golden_text("dead_letter.text");
    testing::expect_hostile_refused(good, parse_dead_letter);
    testing::expect_unknown_members_ignored(good, parse_dead_letter);
    testing::expect_required(good,
                             {"topic", "partition", "offset", "key", "value", "reason", "at", "truncated"},
                             parse_dead_letter);
}

} // namespace
} // namespace voltlane::events
