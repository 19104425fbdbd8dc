#include "shared/events/inbound.hpp"

#include "unit/events/golden.hpp"
#include "unit/events/hostile.hpp"

#include <gtest/gtest.h>

namespace voltlane::events {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

constexpr timestamp at(int h, int m, int s) {
    return sys_days{year{2025} / 9 / 5} + std::chrono::hours{h} + std::chrono::minutes{m} +
           std::chrono::seconds{s};
}

const auto parse = [](std::string_view text) {
    return inbound_record::parse(text);
};

std::string encode(const inbound& e) {
    std::string out;
    append_inbound(out, e);
    return out;
}

inbound base(events::input input) {
    inbound e;
    e.key = {tenant_id{7}, "bura"};
    e.identity = "BURA";
    e.gateway = "gateway-1";
    e.connection = {1, 4711};
    e.seq = 3;
    e.received_at = at(16, 10, 20) + 123456us;
    e.protocol = "ocpp1.6";
    e.input = std::move(input);
    return e;
}

tag_decision vouched() {
    return {"Accepted", account_id{12}, "residential", "6f1c2c1e-8d0b-4a57-9a53-0d6d2b8b7f10",
            account_id{12}};
}

started full_start() {
    return {1,
            "ABC-1 ",
            "abc-1",
            "90210",
            "00112233445566778899aabbccddeeff",
            at(16, 10, 19),
            "2025-09-05T16:10:19Z",
            500'000,
            "500",
            vouched()};
}

std::vector<sample> some_samples() {
    return {
        {at(16, 10, 0), default_measurand, "692", default_unit, "", default_context, default_location,
         692'000},
        {at(16, 10, 0), "Voltage", "231.5", "V", "L1", "Transaction.End", "Inlet", std::nullopt},
        {std::nullopt, "Temperature", "n/a", "", "", "", "", std::nullopt},
    };
}

void expect_same(const sample& a, const sample& b) {
    EXPECT_EQ(a.at, b.at);
    EXPECT_EQ(a.measurand, b.measurand);
    EXPECT_EQ(a.value, b.value);
    EXPECT_EQ(a.unit, b.unit);
    EXPECT_EQ(a.phase, b.phase);
    EXPECT_EQ(a.context, b.context);
    EXPECT_EQ(a.location, b.location);
    EXPECT_EQ(a.register_mwh, b.register_mwh);
}

struct named_event {
    std::string name;
    inbound event;
};

std::vector<named_event> all_events() {
    std::vector<named_event> all;
    const auto add = [&](std::string name, events::input input) -> inbound& {
        return all.emplace_back("inbound." + std::move(name), base(std::move(input))).event;
    };
    const auto call = [](inbound& e, std::string_view action, std::string_view payload,
                         std::string_view answer) {
        e.action = action;
        e.message_id = "m-17";
        e.payload = payload;
        e.answer = answer;
    };

    inbound& start = add("started", full_start());
    start.quirks = 5;
    call(start, "StartTransaction",
         R"({"connectorId":1, "idTag":"ABC-1 ","meterStart":500,"timestamp":"2025-09-05T16:10:19Z"})",
         R"({"transactionId":90210,"idTagInfo":{"status":"Accepted"}})");
    started bare_start{0,  "x", "x", "1", "ffffffffffffffffffffffffffffffff",
                       {}, "",  {},  "",  {.status = "Invalid"}};
    call(add("started_bare", bare_start), "StartTransaction", "{}", "{}");
    call(add("sampled", sampled{2, "90210", some_samples()}), "MeterValues",
         R"({"connectorId":2,"meterValue":[]})", "{}");
    call(add("sampled_bare", sampled{0, "", {}}), "MeterValues", "{}", "{}");
    call(add("ended", ended{"90210", "ABC-1", "abc-1", at(16, 11, 5), "2025-09-05T16:11:05Z", 692'000, "692",
                            "EVDisconnected", some_samples()}),
         "StopTransaction", R"({"transactionId":90210,"meterStop":692})",
         R"({"idTagInfo":{"status":"Accepted"}})");
    call(add("ended_bare", ended{"", "", "", {}, "garbage", {}, "-", "Local", {}}), "StopTransaction", "{}",
         "{}");
    call(add("booted", booted{"ACME", "Box", "s1", "1.2.3", "8901", "2620", "mt", "ms"}), "BootNotification",
         R"({"chargePointVendor":"ACME","chargePointModel":"Box"})", R"({"status":"Accepted"})");
    call(add("booted_bare", booted{"", "", "", "", "", "", "", ""}), "BootNotification", "{}", "{}");
    call(add("status_changed",
             status_changed{1, "Charging", "NoError", "info", "vendor", "0x1", at(16, 9, 0)}),
         "StatusNotification", "{}", "{}");
    call(add("status_changed_bare", status_changed{0, "Resting", "", "", "", "", {}}), "StatusNotification",
         "{}", "{}");
    call(add("noticed", noticed{"FirmwareStatusNotification", "Downloaded", "line \"1\"\n\tline 2 \\ é", 9}),
         "FirmwareStatusNotification", "{}", "{}");
    call(add("noticed_bare", noticed{"DataTransfer", "", "", {}}), "DataTransfer", "{}", "{}");
    call(add("authorized", authorized{"ABC-1", vouched()}), "Authorize", R"({"idTag":"ABC-1"})", "{}");
    add("opened", opened{"192.0.2.7"});
    add("closed", closed{"replaced"});
    call(add("beaten", beaten{}), "Heartbeat", "{}", R"({"currentTime":"2025-09-05T16:10:20.123Z"})");
    add("nothing", std::monostate{});

    inbound& decision = add("decided", decided{"3b1f8a52-57ad-4c0a-8f0e-2a7fd7a6b001", session_id{55},
                                               "set_energy", 192, account_id{2}});
    inbound& closing =
        add("decided_bare",
            decided{"3b1f8a52-57ad-4c0a-8f0e-2a7fd7a6b002", session_id{55}, "close", {}, account_id{2}});
    for (inbound* e : {&decision, &closing}) {
        e->gateway = "api-1";
        e->connection = {};
        e->seq = 0;
        e->protocol = {};
    }
    return all;
}

TEST(inbound, golden_texts) {
    for (const auto& [name, event] : all_events())
        testing::expect_golden(name, encode(event));
}

TEST(inbound, writes_again_what_it_read) {
    for (const auto& [name, event] : all_events()) {
        std::string text = encode(event);
        auto r = inbound_record::parse(text);
        ASSERT_TRUE(r) << name;
        EXPECT_EQ(r->event().input.index(), event.input.index()) << name;
        EXPECT_EQ(encode(r->event()), text) << name;
        // Views must stay right when the record moves, and must not point into the parsed text.
        const inbound_record moved = std::move(*r);
        text.assign(text.size(), '?');
        EXPECT_EQ(encode(moved.event()), encode(event)) << name;
    }
}

TEST(inbound, started_field_by_field) {
    inbound e = base(full_start());
    e.quirks = 0xffffffff;
    e.message_id = "m";
    e.payload = R"({"a":"}"})";
    const auto r = inbound_record::parse(encode(e));
    ASSERT_TRUE(r);
    const inbound& got = r->event();
    EXPECT_EQ(got.key, e.key);
    EXPECT_EQ(got.identity, "BURA");
    EXPECT_EQ(got.gateway, "gateway-1");
    EXPECT_EQ(got.connection, (epoch{1, 4711}));
    EXPECT_EQ(got.seq, 3);
    EXPECT_EQ(got.received_at, e.received_at);
    EXPECT_EQ(got.protocol, "ocpp1.6");
    EXPECT_EQ(got.quirks, 0xffffffff);
    EXPECT_EQ(got.payload, e.payload);
    EXPECT_EQ(got.answer, "");
    const auto& s = std::get<started>(got.input);
    EXPECT_EQ(s.connector, 1);
    EXPECT_EQ(s.id_tag, "ABC-1 ");
    EXPECT_EQ(s.id_tag_folded, "abc-1");
    EXPECT_EQ(s.transaction_key, "90210");
    EXPECT_EQ(s.identity_hash, "00112233445566778899aabbccddeeff");
    EXPECT_EQ(s.at, at(16, 10, 19));
    EXPECT_EQ(s.at_text, "2025-09-05T16:10:19Z");
    EXPECT_EQ(s.meter_mwh, 500'000);
    EXPECT_EQ(s.meter_text, "500");
    EXPECT_EQ(s.tag.status, "Accepted");
    EXPECT_EQ(s.tag.account, account_id{12});
    EXPECT_EQ(s.tag.user_type, "residential");
    EXPECT_EQ(s.tag.vouched_by, vouched().vouched_by);
    EXPECT_EQ(s.tag.started_by, account_id{12});
}

TEST(inbound, samples_come_back_with_defaults_filled_in) {
    const auto want = some_samples();
    const auto r = inbound_record::parse(encode(base(sampled{1, "5", want})));
    ASSERT_TRUE(r);
    const auto& got = std::get<sampled>(r->event().input).samples;
    ASSERT_EQ(got.size(), want.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        expect_same(got[i], want[i]);
}

TEST(inbound, payload_and_answer_are_verbatim) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({ "a" : 1.50,	"b":[1e3 , {"payload":"x"}] })", R"([])"},
        {R"({"payload":{"answer":"}\",\"answer\":{"}})", R"({"x":"\\"})"},
        {R"("just a text with , } ] and \" ")", R"(17)"},
        {R"({"big":12345678901234567890123})", R"({"é":"\u00e9"})"},
        {"{}", "{}"},
        {"{}", ""},
        {"", "{}"},
    };
    for (const auto& [payload, answer] : cases) {
        inbound e = base(beaten{});
        e.payload = payload;
        e.answer = answer;
        const auto r = inbound_record::parse(encode(e));
        ASSERT_TRUE(r) << payload;
        EXPECT_EQ(r->event().payload, payload);
        EXPECT_EQ(r->event().answer, answer);
    }
}

TEST(inbound, finds_payload_wherever_another_writer_puts_it) {
    const std::string text =
        R"( { "payload" : { "a" : [ 1 , 2 ] } , "v" : 1 , "answer":null, "tenant":7,"charge_point":"bura","identity":"B",)"
        R"("gateway":"g","received_at":"2025-09-05T16:10:20Z","later":[{"payload":1}] } )";
    const auto r = inbound_record::parse(text);
    ASSERT_TRUE(r);
    EXPECT_EQ(r->event().payload, "{ \"a\" : [ 1 , 2 ] }");
    EXPECT_EQ(r->event().answer, "");
    EXPECT_FALSE(r->event().connection.known());
}

TEST(inbound, a_time_beyond_what_json_carries_is_left_out) {
    const timestamp before = sys_days{year{0} / 1 / 1} - 1us;
    const timestamp after = sys_days{year{10'000} / 1 / 1};
    const timestamp first = sys_days{year{0} / 1 / 1};
    const timestamp last = after - 1us;
    const std::vector<std::pair<timestamp, bool>> cases{
        {before, false}, {first, true}, {last, true}, {after, false}};
    for (const auto& [t, kept] : cases) {
        started s = full_start();
        s.at = t;
        const auto r = inbound_record::parse(encode(base(s)));
        ASSERT_TRUE(r);
        EXPECT_EQ(std::get<started>(r->event().input).at, kept ? std::optional(t) : std::nullopt);
        const auto m = inbound_record::parse(encode(base(sampled{1, "", {{.at = t, .value = "1"}}})));
        ASSERT_TRUE(m);
        EXPECT_EQ(std::get<sampled>(m->event().input).samples.at(0).at,
                  kept ? std::optional(t) : std::nullopt);
    }
}

TEST(inbound, appends_to_what_is_there) {
    std::string out = "before";
    append_inbound(out, base(beaten{}));
    EXPECT_EQ(out.substr(0, 13), "before{\"v\":1,");
    EXPECT_EQ(out.substr(6), encode(base(beaten{})));
}

TEST(inbound, event_ids) {
    EXPECT_EQ(event_id(base(beaten{})), "1-4711/3");
    EXPECT_EQ(event_id(base(decided{"uuid", session_id{1}, "close", {}, account_id{1}})), "uuid");
}

TEST(inbound, many_samples) {
    std::vector<sample> samples(4096, some_samples()[0]);
    const std::string text = encode(base(sampled{1, "5", samples}));
    EXPECT_LT(text.size(), 512u * 1024);
    const auto r = inbound_record::parse(text);
    ASSERT_TRUE(r);
    EXPECT_EQ(std::get<sampled>(r->event().input).samples.size(), samples.size());
}

TEST(inbound, hostile_values_are_corrupt) {
    testing::expect_hostile_refused(testing::golden_text("inbound.started"), parse);
    testing::expect_hostile_refused(testing::golden_text("inbound.sampled"), parse);
    testing::expect_unknown_members_ignored(testing::golden_text("inbound.started"), parse);
}

TEST(inbound, required_members) {
    const std::vector<std::pair<std::string, std::vector<std::string_view>>> cases{
        {"inbound.started",
         {"v", "tenant", "charge_point", "identity", "gateway", "seq", "received_at", "input", "connector",
          "id_tag", "id_tag_folded", "transaction_key", "identity_hash", "at_text", "meter_text", "tag",
          "status"}},
        {"inbound.sampled", {"connector", "samples", "value"}},
        {"inbound.ended", {"at_text", "meter_text", "reason", "samples"}},
        {"inbound.booted", {"vendor", "model"}},
        {"inbound.status_changed", {"connector", "status", "error_code"}},
        {"inbound.authorized", {"id_tag", "tag"}},
        {"inbound.opened", {"remote_address"}},
        {"inbound.closed", {"reason"}},
        {"inbound.decided", {"decision_id", "session", "action", "by"}},
    };
    for (const auto& [name, members] : cases)
        testing::expect_required(testing::golden_text(name), members, parse);
}

TEST(inbound, members_out_of_range_or_unknown_kinds_are_corrupt) {
    const std::string good = testing::golden_text("inbound.started");
    const std::vector<std::pair<std::string, std::string>> replacements{
        {R"("kind":"started")", R"("kind":"stopped")"},
        {R"("quirks":5)", R"("quirks":4294967296)"},
        {R"("quirks":5)", R"("quirks":-1)"},
        {R"("epoch":"1-4711")", R"("epoch":"1")"},
        {R"("epoch":"1-4711")", R"("epoch":"1--4711")"},
        {R"("tenant":7)", R"("tenant":9223372036854775808)"},
        {R"("tenant":7)", R"("tenant":7.5)"},
        {R"("at":"2025-09-05T16:10:19)", R"("at":"2025-02-30T16:10:19)"},
        {R"("meter_mwh":500000)", R"("meter_mwh":"500000")"},
    };
    for (const auto& [from, to] : replacements) {
        std::string bad = good;
        ASSERT_NE(bad.find(from), std::string::npos) << from;
        bad.replace(bad.find(from), from.size(), to);
        EXPECT_FALSE(inbound_record::parse(bad)) << to;
    }
}

} // namespace
} // namespace voltlane::events
