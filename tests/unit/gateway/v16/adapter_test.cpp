#include "unit/gateway/session_bench.hpp"

#include <boost/json/parse.hpp>

namespace voltlane::gateway::testing {
namespace {

struct row {
    const char* action;
    const char* payload;
    const char* answer; // its beginning
    std::size_t input;  // index of the neutral input
};

const std::vector<row>& rows() {
    static const std::vector<row> all = {
        {"Authorize", R"({"idTag":"TAG1"})", R"({"idTagInfo":{"status":"Accepted")",
         events::input(events::authorized{}).index()},
        {"BootNotification", R"({"chargePointVendor":"V","chargePointModel":"M"})",
         R"({"status":"Accepted","currentTime":"2026-11-21T00:00:00.000Z","interval":300})",
         events::input(events::booted{}).index()},
        {"DataTransfer", R"({"vendorId":"acme","data":{"a":1}})", R"({"status":"UnknownVendorId"})",
         events::input(events::noticed{}).index()},
        {"DiagnosticsStatusNotification", R"({"status":"Uploading"})", "{}",
         events::input(events::noticed{}).index()},
        {"FirmwareStatusNotification", R"({"status":"Installed"})", "{}",
         events::input(events::noticed{}).index()},
        {"Heartbeat", "{}", R"({"currentTime":"2026-11-21T00:00:00.000Z"})", 0},
        {"LogStatusNotification", R"({"status":"Uploaded","requestId":4})", "{}",
         events::input(events::noticed{}).index()},
        {"MeterValues", R"({"connectorId":1,"meterValue":[]})", "{}",
         events::input(events::sampled{}).index()},
        {"SecurityEventNotification", R"({"type":"X","timestamp":"2026-01-01T00:00:00Z"})", "{}",
         events::input(events::noticed{}).index()},
        {"SignCertificate", R"({"csr":"PEM"})", R"({"status":"Rejected"})",
         events::input(events::noticed{}).index()},
        {"SignedFirmwareStatusNotification", R"({"status":"Installed","requestId":4})", "{}",
         events::input(events::noticed{}).index()},
        {"StartTransaction",
         R"({"connectorId":1,"idTag":"nope","meterStart":0,"timestamp":"2026-11-21T00:00:00Z"})",
         R"({"transactionId":)", events::input(events::started{}).index()},
        {"StatusNotification", R"({"connectorId":1,"errorCode":"NoError","status":"Available"})", "{}",
         events::input(events::status_changed{}).index()},
        {"StopTransaction", R"({"transactionId":5,"meterStop":10,"timestamp":"2026-11-21T00:01:00Z"})", "{}",
         events::input(events::ended{}).index()}};
    return all;
}

class adapter_test : public ::testing::Test, protected session_bench {
protected:
    call_outcome decide(std::string_view action, std::string_view payload, bool triggered = false) {
        text = R"([2,"id",")" + std::string(action) + R"(",)" + std::string(payload) + "]";
        const auto f = parser.parse(text);
        EXPECT_EQ(f.kind, ocpp::frame_kind::call) << text;
        call_outcome out;
        adapter.decide(f, session->who(), triggered, now, now, out);
        return out;
    }
    std::string text;
};

TEST_F(adapter_test, each_of_the_fourteen_calls_has_its_answer_and_its_neutral_input) {
    EXPECT_EQ(rows().size(), ocpp::v16::action_count);
    for (const auto& r : rows()) {
        const auto out = decide(r.action, r.payload);
        EXPECT_FALSE(out.refused) << r.action << ": " << out.description;
        EXPECT_TRUE(out.answer.starts_with(r.answer)) << r.action << ": " << out.answer;
        EXPECT_EQ(out.input.index(), r.input) << r.action;
        EXPECT_EQ(out.action_name, r.action);
        EXPECT_EQ(out.beat, std::string_view(r.action) == "Heartbeat");
        EXPECT_EQ(out.boot, std::string_view(r.action) == "BootNotification");
    }
}

TEST_F(adapter_test, a_pending_or_rejected_charger_is_refused_all_but_its_boot) {
    for (const char* state : {"Pending", "Rejected"}) {
        directory.apply(events::charge_point_entry{
            .key = {tenant_id{1}, "bura"}, .identity = "BURA", .registration = state});
        for (const auto& r : rows()) {
            const auto out = decide(r.action, r.payload);
            const bool boot = std::string_view(r.action) == "BootNotification";
            EXPECT_EQ(out.refused, !boot) << r.action;
            if (out.refused) EXPECT_EQ(out.code, ocpp::call_error_code::security_error);
            if (boot) EXPECT_NE(out.answer.find(state), std::string::npos);
            EXPECT_FALSE(decide(r.action, r.payload, true).refused) << "triggered " << r.action;
        }
    }
}

TEST_F(adapter_test, the_same_start_gets_the_same_transaction_wherever_it_comes) {
    const char* start =
        R"({"connectorId":1,"idTag":" tag1 ","meterStart":0,"timestamp":"2026-11-21T00:00:00Z"})";
    const auto first = decide("StartTransaction", start).answer;
    session_bench other;
    call_outcome again;
    const std::string repeated =
        R"([2,"other id","StartTransaction",{"timestamp":"2026-11-21T00:00:00Z","meterStart":0,"idTag":"TAG1","connectorId":1}])";
    const auto f = other.parser.parse(repeated);
    other.adapter.decide(f, other.session->who(), false, other.now, other.now, again);
    EXPECT_EQ(first, again.answer);
}

TEST_F(adapter_test, registers_are_exact_thousandths_and_only_those_of_the_outlet) {
    const auto out = decide(
        "MeterValues",
        R"({"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"2026-11-21T00:00:00Z","sampledValue":[
        {"value":"0.1234567","unit":"kWh"},{"value":"12.5"},{"value":"5","location":"Inlet"},{"value":"230","measurand":"Voltage"}]}]})");
    const auto& s = std::get<events::sampled>(out.input);
    EXPECT_EQ(s.transaction_key, "7");
    ASSERT_EQ(s.samples.size(), 4u);
    EXPECT_EQ(s.samples[0].register_mwh, 123'457);
    EXPECT_EQ(s.samples[1].register_mwh, 12'500);
    EXPECT_EQ(s.samples[2].register_mwh, std::nullopt);
    EXPECT_EQ(s.samples[3].register_mwh, std::nullopt);
}

TEST_F(adapter_test, placeholders_name_no_transaction) {
    for (const char* id : {"0", "-1"}) {
        const auto out =
            decide("StopTransaction", R"({"transactionId":)" + std::string(id) +
                                          R"(,"meterStop":1,"timestamp":"2026-11-21T00:00:00Z"})");
        EXPECT_EQ(std::get<events::ended>(out.input).transaction_key, "");
    }
}

TEST_F(adapter_test, a_stop_tells_the_tags_status_only_where_a_tag_was_given) {
    const auto with =
        decide("StopTransaction",
               R"({"transactionId":5,"meterStop":1,"timestamp":"2026-11-21T00:00:00Z","idTag":"TAG1"})");
    EXPECT_EQ(with.answer, R"({"idTagInfo":{"status":"Accepted"}})");
}

TEST_F(adapter_test, a_long_data_transfer_is_cut_between_characters) {
    std::string data;
    for (int i = 0; i < 2000; ++i)
        data += "\u00e9";
    const auto out = decide("DataTransfer", R"({"vendorId":"x","data":")" + data + R"("})");
    const auto detail = std::get<events::noticed>(out.input).detail;
    EXPECT_LE(detail.size(), 2048u);
    EXPECT_EQ(detail.size() % 2, 0u);
}

TEST_F(adapter_test, a_status_apart_from_its_time_is_recognised) {
    const auto status = [&](const char* payload) {
        return decide("StatusNotification", payload).coalesce;
    };
    const auto a = status(
        R"({"connectorId":1,"errorCode":"NoError","status":"Charging","timestamp":"2026-11-21T00:00:00Z"})");
    EXPECT_NE(a, 0u);
    EXPECT_EQ(
        a,
        status(
            R"({"connectorId":1,"errorCode":"NoError","status":"Charging","timestamp":"2026-11-21T00:00:09Z"})"));
    EXPECT_NE(a, status(R"({"connectorId":1,"errorCode":"NoError","status":"Finishing"})"));
    EXPECT_NE(a, status(R"({"connectorId":1,"errorCode":"NoError","status":"Charging","info":"x"})"));
}

} // namespace
} // namespace voltlane::gateway::testing
