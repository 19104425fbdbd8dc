#include "simulator/charger/certificates.hpp"
#include "simulator/charger/line_keeper.hpp"
#include "simulator/charger/meter_values.hpp"
#include "simulator/charger/own_clock.hpp"
#include "simulator/net/dial_address.hpp"
#include "simulator/summary.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

constexpr timestamp now{std::chrono::seconds(1'750'000'000)};

TEST(meter_values, lists_what_is_asked_for) {
    std::string out;
    meter_reading r;
    r.register_wh = 123'456;
    r.power_w = 6900;
    r.soc = 55.7;
    append_meter_value(out, "2025-01-01T00:00:00.000Z", r,
                       "SoC, Energy.Active.Import.Register,Current.Import", "Sample.Clock", {});
    const auto v = boost::json::parse(out).as_object();
    const auto& values = v.at("sampledValue").as_array();
    ASSERT_EQ(values.size(), 5U);
    EXPECT_EQ(values[0].at("value").as_string(), "55");
    EXPECT_EQ(values[1].at("value").as_string(), "123456");
    EXPECT_EQ(values[1].at("unit").as_string(), "Wh");
    EXPECT_EQ(values[4].at("phase").as_string(), "L3");
    EXPECT_EQ(values[4].at("value").as_string(), "10.0");
    EXPECT_EQ(values[4].at("context").as_string(), "Sample.Clock");
}

TEST(meter_values, never_sends_an_empty_list) {
    for (const auto* measurands : {"", ",", "SoC", "Nonsense"}) {
        std::string out;
        append_meter_value(out, "t", {}, measurands, "Trigger", {.kwh = true, .numbers = false});
        EXPECT_EQ(boost::json::parse(out).at("sampledValue").at(0).at("value").as_string(), "0.000");
    }
}

TEST(own_clock, is_set_by_what_it_is_told_unless_it_is_wrong) {
    own_clock right(own_clock::kind::right, 0, now);
    right.set(after(now, 0.3), now);
    EXPECT_EQ(right.read(now), now); // the network's delay
    right.set(after(now, 30), now);
    EXPECT_EQ(right.read(after(now, 1)), after(now, 31));
    own_clock wrong(own_clock::kind::wrong, -90, now);
    wrong.set(now, now);
    EXPECT_EQ(wrong.read(now), after(now, -90));
    own_clock none(own_clock::kind::none, 0, now);
    EXPECT_EQ(none.text(after(now, 61)), "1970-01-01T00:01:01.000Z");
}

TEST(line_keeper, gives_up_a_handshake_that_takes_too_long) {
    const scenario::network_part network;
    line_keeper l(network, random_source(1, 1, dice::line), now, 3);
    EXPECT_EQ(l.due(), after(now, 3));
    EXPECT_EQ(l.on_due(now), line_wish::none);
    EXPECT_EQ(l.on_due(after(now, 3)), line_wish::dial);
    EXPECT_EQ(l.on_due(after(now, 3 + line_keeper::dial_patience_s)), line_wish::cut);
    EXPECT_GT(l.due(), after(now, 3 + line_keeper::dial_patience_s));
}

TEST(dial_address, reads_urls) {
    const auto a = parse_dial_address("ws://example.com:9000/api/v16/key/");
    ASSERT_TRUE(a);
    EXPECT_EQ(a->host, "example.com");
    EXPECT_EQ(a->port, 9000);
    EXPECT_EQ(a->path, "/api/v16/key");
    EXPECT_EQ(parse_dial_address("ws://h")->port, 80);
    for (const auto* wrong : {"", "ws://", "http://h/", "wss://h/", "ws://h:0/", "ws://h:70000/", "ws://h:x/",
                              "ws://u@h/", "ws://h/?a=b", "ws:///x"})
        EXPECT_FALSE(parse_dial_address(wrong)) << wrong;
    EXPECT_EQ(check_prefix("DEMO"), "");
    for (const auto* wrong : {"", "a b", "a/b", "\xC3\xA4", "12345678901234567890123456789012345678901"})
        EXPECT_NE(check_prefix(wrong), "") << wrong;
}

TEST(certificates, refuses_what_is_none_and_requests_with_its_names) {
    EXPECT_FALSE(hash_certificate(""));
    EXPECT_FALSE(hash_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    certificate_store store;
    EXPECT_EQ(store.install("CentralSystemRootCertificate", "none"),
              certificate_store::install_outcome::failed);
    EXPECT_TRUE(store.of("CentralSystemRootCertificate").empty());
    const auto csr = make_signing_request("Voltlane", "CP-1");
    EXPECT_LT(csr.size(), 5500U);
    EXPECT_NE(csr, make_signing_request("Voltlane", "CP-1")); // a fresh key each time
}

TEST(certificates, keeps_names_and_deletes_roots) {
    // A self-signed root; subject and issuer "CN = Test Root".
    constexpr const char* root = R"(-----BEGIN CERTIFICATE-----
MIIBcDCCARagAwIBAgIFCrze8SMwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJVGVz
dCBSb290MCAXDTI2MTEyMTEzMTI0N1oYDzIxMjYxMDI4MTMxMjQ3WjAUMRIwEAYD
VQQDDAlUZXN0IFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATZDP7GtC9x
OcPI7sSHzkXEYHVV5u+/uOJ0EYKfDMA2Xp/TB9VOiSQGuMZ5SHif3ov9wMlp/yMW
a02PkFgchn5No1MwUTAdBgNVHQ4EFgQUCySLJis33o/8dv/Qn8IV8xdiVBowHwYD
VR0jBBgwFoAUCySLJis33o/8dv/Qn8IV8xdiVBowDwYDVR0TAQH/BAUwAwEB/zAK
BggqhkjOPQQDAgNIADBFAiBLmvah7ce4PJbHt1Kp+tCv50pqIWcwm7LHBJUjujW8
YQIhALPZTfobGC/mU1l5E8TmM+CJ1JHNSGOo5ZUf0S1QxfR4
-----END CERTIFICATE-----
)";
    const auto hash = hash_certificate(root);
    ASSERT_TRUE(hash);
    EXPECT_EQ(hash->issuer_name.size(), 64U);
    EXPECT_EQ(hash->serial, "ABCDEF123");
    certificate_store store;
    EXPECT_EQ(store.install("ManufacturerRootCertificate", root),
              certificate_store::install_outcome::accepted);
    EXPECT_EQ(store.install("ManufacturerRootCertificate", root),
              certificate_store::install_outcome::accepted);
    EXPECT_EQ(store.of("ManufacturerRootCertificate").size(), 1U);
    EXPECT_TRUE(store.of("CentralSystemRootCertificate").empty());
    auto other = *hash;
    other.serial = "1";
    EXPECT_EQ(store.erase(other), certificate_store::delete_outcome::not_found);
    EXPECT_EQ(store.erase(*hash), certificate_store::delete_outcome::accepted);
    EXPECT_TRUE(store.of("ManufacturerRootCertificate").empty());
}

TEST(latencies, gives_percentiles_within_an_eighth) {
    latencies l;
    EXPECT_EQ(l.percentile(50), 0);
    for (int i = 1; i <= 10'000; ++i)
        l.add(std::chrono::microseconds(i * 10));
    EXPECT_NEAR(l.percentile(50), 50, 6.5);
    EXPECT_NEAR(l.percentile(99), 99, 12.5);
    EXPECT_EQ(l.percentile(100), 100);
    l.add(std::chrono::hours(1000));
    l.add(std::chrono::microseconds(-5));
    EXPECT_EQ(l.count(), 10'002U);
    EXPECT_EQ(l.longest_ms(), 3.6e9);
}

TEST(summary, says_the_same_to_people_and_programs) {
    statistics s;
    auto& heartbeat = s.of(ocpp::v16::action::heartbeat);
    heartbeat.sent = 3;
    heartbeat.answered = 2;
    heartbeat.errors = 1;
    heartbeat.times.add(std::chrono::milliseconds(5));
    s.error_codes["InternalError"] = 1;
    s.commands["Reset"] = {.received = 1, .answers = {{"Accepted", 1}}};
    s.energy_wh = 1234;
    s.failed_dials["HTTP 404"] = 2;
    s.changed_transaction_ids = 1;
    const run_facts facts{2, 2, 7, 12.5};
    const auto text = summary_text(facts, s);
    for (const auto* part :
         {"2 chargers, seed 7", "1.234 kWh", "Heartbeat", "Reset", "HTTP 404: 2", "BROKEN PROMISE"})
        EXPECT_THAT(text, ::testing::HasSubstr(part));
    const auto json = boost::json::parse(summary_json(facts, s)).as_object();
    EXPECT_EQ(json.at("calls").at("Heartbeat").at("sent").as_int64(), 3);
    EXPECT_EQ(json.at("all_calls").at("errors").as_int64(), 1);
    EXPECT_EQ(json.at("commands").at("Reset").at("answers").at("Accepted").as_int64(), 1);
    EXPECT_EQ(json.at("sessions").at("energy_wh").as_int64(), 1234);
    EXPECT_EQ(json.at("connections").at("failed").at("HTTP 404").as_int64(), 2);
}

} // namespace
} // namespace voltlane::simulator
