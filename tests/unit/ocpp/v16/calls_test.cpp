#include "shared/ocpp/v16/calls.hpp"

#include "unit/ocpp/v16/support.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

// A full, valid payload of each call.
const std::map<std::string_view, std::string> examples{
    {"Authorize", R"({"idTag":"TAG1"})"},
    {"BootNotification",
     R"({"chargePointVendor":"v","chargePointModel":"m","chargePointSerialNumber":"s","chargeBoxSerialNumber":"b",
         "firmwareVersion":"1","iccid":"1","imsi":"1","meterType":"t","meterSerialNumber":"n"})"},
    {"DataTransfer", R"({"vendorId":"v","messageId":"m","data":"d"})"},
    {"DiagnosticsStatusNotification", R"({"status":"Uploading"})"},
    {"FirmwareStatusNotification", R"({"status":"Installed"})"},
    {"Heartbeat", "{}"},
    {"LogStatusNotification", R"({"status":"Uploaded","requestId":1})"},
    {"MeterValues",
     R"({"connectorId":1,"transactionId":2,"meterValue":[{"timestamp":"2025-09-05T16:10:20Z",
         "sampledValue":[{"value":"1","context":"Sample.Periodic","format":"Raw","measurand":"Voltage","phase":"L1",
         "location":"Outlet","unit":"V"}]}]})"},
    {"SecurityEventNotification",
     R"({"type":"ResetOrReboot","timestamp":"2025-09-05T16:10:20Z","techInfo":"i"})"},
    {"SignCertificate", R"({"csr":"-----BEGIN CERTIFICATE REQUEST-----"})"},
    {"SignedFirmwareStatusNotification", R"({"status":"InvalidSignature","requestId":1})"},
    {"StartTransaction",
     R"({"connectorId":1,"idTag":"TAG1","meterStart":0,"timestamp":"2025-09-05T16:10:20Z","reservationId":1})"},
    {"StatusNotification",
     R"({"connectorId":1,"errorCode":"NoError","status":"Charging","info":"i","timestamp":"2025-09-05T16:10:20Z",
         "vendorId":"v","vendorErrorCode":"e"})"},
    {"StopTransaction",
     R"({"transactionId":1,"meterStop":1,"timestamp":"2025-09-05T16:10:20Z","idTag":"TAG1","reason":"Local",
         "transactionData":[]})"},
};

TEST(calls, are_all_there) {
    EXPECT_EQ(calls().size(), 14u);
    for (const auto& call : calls()) {
        EXPECT_EQ(find_call(call.name), &call);
        EXPECT_EQ(&spec_of(call.id), &call);
        ASSERT_TRUE(examples.contains(call.name));
        const auto payload = object(examples.at(call.name));
        const auto v = check(*call.request, payload, check_mode::strict);
        EXPECT_TRUE(v.ok) << v.text;
        EXPECT_TRUE(check_call(call, payload).ok);
        EXPECT_TRUE(check_call(call, payload).quirks.empty());
        EXPECT_EQ(payload.size(), call.request->members.size()) << call.name;
    }
}

// Every member of every call left out, and replaced by one of another type: the code of the table, or
// tolerated.
TEST(calls, refuse_each_missing_and_mistyped_member) {
    for (const auto& call : calls()) {
        for (const auto& m : call.request->members) {
            auto payload = object(examples.at(call.name));
            const bool always = m.tolerated == tolerance::all;

            payload.erase(m.name);
            auto v = check_call(call, payload);
            EXPECT_EQ(v.ok, always || !m.required) << call.name << " without " << m.name;
            if (!v.ok) {
                EXPECT_EQ(v.code, call_error_code::occurence_constraint_violation);
                EXPECT_EQ(v.path, m.name);
            }

            payload[m.name] = boost::json::object{{"a", 1}};
            v = check_call(call, payload);
            EXPECT_EQ(v.ok, always) << call.name << " with an object as " << m.name;
            if (!v.ok) {
                EXPECT_EQ(v.code, call_error_code::type_constraint_violation);
                EXPECT_EQ(v.path, m.name);
            }

            if (m.max_length == 0) continue;
            payload[m.name] = std::string(m.max_length + 1u, 'x');
            v = check_call(call, payload);
            EXPECT_EQ(v.ok, always || allows(m.tolerated, tolerance::long_text))
                << call.name << " long " << m.name;
            if (!v.ok) {
                EXPECT_EQ(v.code, call_error_code::property_constraint_violation);
            }
        }
    }
}

struct ruled {
    std::string_view action;
    std::string payload;
    std::string code; // empty: answered
};

TEST(calls, are_tolerated_as_the_field_notes_say) {
    const std::string missing = "OccurenceConstraintViolation";
    const std::string type = "TypeConstraintViolation";
    const std::string property = "PropertyConstraintViolation";
    const std::vector<ruled> cases{
        // E1: the station must get a boot answer
        {"BootNotification", R"({"chargePointVendor":" v ","chargePointModel":"123456789012345678901"})", ""},
        {"BootNotification", R"({"chargePointVendor":"","chargePointModel":""})", ""},
        {"BootNotification", R"({"chargePointModel":"m"})", missing},
        {"BootNotification", R"({"chargePointVendor":"v","chargePointModel":5})", type},
        // E2 to E4, E13: meter values are never refused
        {"MeterValues", "{}", ""},
        {"MeterValues", R"({"connectorId":"x","meterValue":5})", ""},
        {"MeterValues", R"({"connectorId":1,"meterValue":[]})", ""},
        {"MeterValues", R"({"connectorId":1,"meterValue":[{}]})", ""},
        {"MeterValues", R"({"connectorId":1,"meterValue":[{"timestamp":5,"sampledValue":[]}]})", ""},
        {"MeterValues",
         R"({"connectorId":1,"transactionId":null,"meterValue":[{"sampledValue":[{"value":1.5}]}]})", ""},
        // E5
        {"StatusNotification", R"({"connectorId":1,"errorCode":"Error","status":"Occupied"})", ""},
        {"StatusNotification", R"({"connectorId":1,"errorCode":"noerror","status":"charging","info":""})",
         ""},
        {"StatusNotification",
         R"({"connectorId":1,"errorCode":"NoError","status":"Charging","timestamp":"05.09.2025 16:10"})", ""},
        {"StatusNotification", R"({"connectorId":999,"errorCode":"NoError","status":"Charging"})", ""},
        {"StatusNotification", R"({"connectorId":2147483648,"errorCode":"NoError","status":"Charging"})", ""},
        {"StatusNotification", R"({"connectorId":-1,"errorCode":"NoError","status":"Charging"})", property},
        {"StatusNotification", R"({"connectorId":"1","errorCode":"NoError","status":"Charging"})", type},
        {"StatusNotification", R"({"connectorId":1.5,"errorCode":"NoError","status":"Charging"})", type},
        {"StatusNotification", R"({"connectorId":1,"errorCode":"NoError"})", missing},
        {"StatusNotification", R"({"connectorId":1,"errorCode":"NoError","status":1})", type},
        // E6, E7, E10, E11: a start fails over its tag and connector only
        {"StartTransaction", R"({"connectorId":1,"idTag":"T"})", ""},
        {"StartTransaction",
         R"({"connectorId":1,"idTag":"T","meterStart":"x","timestamp":1,"reservationId":"y"})", ""},
        {"StartTransaction", R"({"connectorId":0,"idTag":""})", ""},
        {"StartTransaction", R"({"connectorId":-1,"idTag":"123456789012345678901"})", ""},
        {"StartTransaction", R"({"connectorId":2147483648,"idTag":"' OR 1=1 --"})", ""},
        {"StartTransaction", R"({"connectorId":"1","idTag":"T"})", ""},
        {"StartTransaction", R"({"connectorId":"one","idTag":"T"})", type},
        {"StartTransaction", R"({"connectorId":null,"idTag":"T"})", missing},
        {"StartTransaction", R"({"connectorId":1})", missing},
        {"StartTransaction", R"({"connectorId":1,"idTag":null})", missing},
        {"StartTransaction", R"({"connectorId":1,"idTag":5})", type},
        // E8, E9: a stop is never refused
        {"StopTransaction", "{}", ""},
        {"StopTransaction", R"({"transactionId":"x","meterStop":1.5,"timestamp":null,"idTag":7,"reason":9})",
         ""},
        {"StopTransaction",
         R"({"transactionId":9223372036854775808,"reason":"Because","transactionData":"no"})", ""},
        {"Authorize", R"({"idTag":"123456789012345678901","connectorId":1})", ""},
        {"Authorize", "{}", missing},
        {"Authorize", R"({"idTag":5})", type},
        // E12
        {"DataTransfer", R"({"vendorId":"v","data":{"a":[1]}})", ""},
        {"DataTransfer", R"({"data":"x"})", missing},
        // E16, E17
        {"SecurityEventNotification",
         "{\"type\":\"" + std::string(51, 'x') + "\",\"timestamp\":\"?\",\"techInfo\":\"" +
             std::string(300, 'x') + "\"}",
         ""},
        {"SignCertificate", "{\"csr\":\"" + std::string(5501, 'x') + "\"}", ""},
        {"FirmwareStatusNotification", R"({"status":"Melting"})", property},
        {"LogStatusNotification", R"({"status":"Idle"})", ""},
        {"LogStatusNotification", R"({"status":"Idle","requestId":"1"})", type},
        {"Heartbeat", R"({"anything":[1,2,3]})", ""},
    };
    for (const auto& c : cases) {
        const auto* call = find_call(c.action);
        ASSERT_NE(call, nullptr);
        const auto v = check_call(*call, object(c.payload));
        EXPECT_EQ(v.ok ? std::string_view() : to_string(v.code), c.code)
            << c.action << " " << c.payload << " " << v.text;
    }
}

// C6, C13
TEST(calls, are_found_by_exact_name) {
    for (const auto* name : {"", "heartbeat", "Heartbeat ", "HeartbeatRequest", "Heartbeat.req", "__proto__",
                             "constructor", "toString", "TransactionEvent"}) {
        EXPECT_EQ(find_call(name), nullptr) << name;
        EXPECT_EQ(unknown_action_code(name), call_error_code::not_implemented) << name;
    }
    for (const auto* name : {"Reset", "RemoteStartTransaction", "CertificateSigned"}) {
        EXPECT_EQ(find_call(name), nullptr) << name;
        EXPECT_EQ(unknown_action_code(name), call_error_code::not_supported) << name;
    }
}

} // namespace
} // namespace voltlane::ocpp::v16
