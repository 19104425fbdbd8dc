#include "shared/ocpp/v16/commands.hpp"

#include "unit/ocpp/v16/support.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

const std::string profile =
    R"("chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Absolute",
       "chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":21.4},
       {"startPeriod":60,"limit":16,"numberPhases":1}],"minChargingRate":0.1})";

// One valid payload of each command.
const std::map<std::string_view, std::string> examples{
    {"CancelReservation", R"({"reservationId":1})"},
    {"CertificateSigned", R"({"certificateChain":"-----BEGIN CERTIFICATE-----"})"},
    {"ChangeAvailability", R"({"connectorId":0,"type":"Operative"})"},
    {"ChangeConfiguration", R"({"key":"HeartbeatInterval","value":"60"})"},
    {"ClearCache", "{}"},
    {"ClearChargingProfile",
     R"({"id":1,"connectorId":0,"chargingProfilePurpose":"TxProfile","stackLevel":0})"},
    {"DataTransfer", R"({"vendorId":"v","messageId":"m","data":"d"})"},
    {"DeleteCertificate",
     R"({"certificateHashData":{"hashAlgorithm":"SHA256","issuerNameHash":"a","issuerKeyHash":"b","serialNumber":"c"}})"},
    {"ExtendedTriggerMessage", R"({"requestedMessage":"SignChargePointCertificate","connectorId":1})"},
    {"GetCompositeSchedule", R"({"connectorId":1,"duration":60,"chargingRateUnit":"W"})"},
    {"GetConfiguration", R"({"key":["HeartbeatInterval"]})"},
    {"GetDiagnostics",
     R"({"location":"ftp://h/x","startTime":"2025-09-05T16:10:20Z","stopTime":"2025-09-05T17:10:20Z"})"},
    {"GetInstalledCertificateIds", R"({"certificateType":"ManufacturerRootCertificate"})"},
    {"GetLocalListVersion", "{}"},
    {"GetLog", R"({"log":{"remoteLocation":"https://h/x"},"logType":"SecurityLog","requestId":1})"},
    {"InstallCertificate", R"({"certificateType":"CentralSystemRootCertificate","certificate":"c"})"},
    {"RemoteStartTransaction", R"({"idTag":"TAG123","connectorId":1,"chargingProfile":{)" + profile + "}}"},
    {"RemoteStopTransaction", R"({"transactionId":7})"},
    {"ReserveNow", R"({"connectorId":1,"expiryDate":"2030-01-01T00:00:00Z","idTag":"T","reservationId":1})"},
    {"Reset", R"({"type":"Soft"})"},
    {"SendLocalList",
     R"({"listVersion":1,"localAuthorizationList":[{"idTag":"T","idTagInfo":{"status":"Accepted"}}],"updateType":"Full"})"},
    {"SetChargingProfile", R"({"connectorId":1,"csChargingProfiles":{"transactionId":7,)" + profile + "}}"},
    {"SignedUpdateFirmware",
     R"({"requestId":1,"firmware":{"location":"https://h/x","retrieveDateTime":"2025-09-05T16:10:20Z",
         "signingCertificate":"c","signature":"s"}})"},
    {"TriggerMessage", R"({"requestedMessage":"Heartbeat"})"},
    {"UnlockConnector", R"({"connectorId":1})"},
    {"UpdateFirmware", R"({"location":"http://h/x","retrieveDate":"2025-09-05T16:10:20Z"})"},
};

std::string to_snake(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
            out += static_cast<char>(c + 32);
        } else {
            out += c;
        }
    }
    return out;
}

boost::json::value snake_keys(const boost::json::value& v) {
    if (const auto* list = v.if_array()) {
        boost::json::array out;
        for (const auto& item : *list)
            out.push_back(snake_keys(item));
        return out;
    }
    const auto* o = v.if_object();
    if (o == nullptr) return v;
    boost::json::object out;
    for (const auto& [key, item] : *o)
        out.emplace(to_snake({key.data(), key.size()}), snake_keys(item));
    return out;
}

std::string joined(const field_errors& errors) {
    std::string text;
    for (const auto& e : errors)
        text += (text.empty() ? "" : " ") + e.field;
    return text;
}

TEST(commands, are_all_there_and_take_their_examples) {
    EXPECT_EQ(commands().size(), 26u);
    for (const auto& command : commands()) {
        EXPECT_EQ(find_command(command.name), &command);
        ASSERT_TRUE(examples.contains(command.name)) << command.name;
        const auto params = object(examples.at(command.name));
        const auto checked = check_params(command, params);
        EXPECT_TRUE(checked.ok()) << command.name << " " << joined(checked.errors);
        EXPECT_EQ(checked.payload, params) << command.name;
        EXPECT_TRUE(check_request(command, checked.payload).ok);
        EXPECT_EQ(boost::json::parse(payload_text(checked.payload)), boost::json::value(params));
        EXPECT_FALSE(holds_secret(command, params)) << command.name;
        EXPECT_EQ(mask_secrets(command, params), params);
    }
    EXPECT_EQ(find_command("reset"), nullptr);
    EXPECT_EQ(find_command(""), nullptr);
    EXPECT_EQ(find_command("Heartbeat"), nullptr);
}

TEST(commands, take_snake_case_at_every_level) {
    for (const auto& command : commands()) {
        const auto params = object(examples.at(command.name));
        const auto checked = check_params(command, snake_keys(params).as_object());
        EXPECT_TRUE(checked.ok()) << command.name << " " << joined(checked.errors);
        EXPECT_EQ(checked.payload, params) << command.name;
    }
}

TEST(commands, name_each_missing_unknown_and_mistyped_member) {
    for (const auto& command : commands()) {
        auto params = object(examples.at(command.name));
        params["fooBar"] = 1;
        EXPECT_EQ(joined(check_params(command, params).errors), "fooBar") << command.name;
        for (const auto& m : command.request->members) {
            params = object(examples.at(command.name));
            params[m.name] = nullptr;
            EXPECT_EQ(joined(check_params(command, params).errors), m.required ? std::string(m.name) : "")
                << command.name;
            params[m.name] = true;
            const auto errors = check_params(command, params).errors;
            ASSERT_EQ(errors.size(), 1u) << command.name << " " << m.name;
            EXPECT_EQ(errors[0].field, m.name);
            EXPECT_FALSE(errors[0].message.empty());
            if (m.type != value_type::text || m.max_length == 0) continue;
            params[m.name] = std::string(m.max_length + 1u, 'x');
            EXPECT_EQ(joined(check_params(command, params).errors), m.name) << command.name;
        }
    }
}

struct refused {
    std::string_view action;
    std::string params;
    std::string fields; // empty: accepted
};

std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(commands, are_held_against_their_rules) {
    const auto remote = examples.at("RemoteStartTransaction");
    const auto set = examples.at("SetChargingProfile");
    const std::string period = "csChargingProfiles.chargingSchedule.chargingSchedulePeriod";
    const std::vector<refused> cases{
        {"RemoteStartTransaction", R"({"idTag":"TAG123","connectorId":1})", ""},
        {"RemoteStartTransaction", R"({"idTag":"TAG123","connectorId":1.0})", ""},
        {"RemoteStartTransaction", R"({"id_tag":"T","idTag":"T"})", "idTag"},
        {"RemoteStartTransaction", R"({"idTag":""})", "idTag"},
        {"RemoteStartTransaction", R"({"idTag":"  "})", "idTag"},
        {"RemoteStartTransaction", R"({"idTag":"a\u0000"})", "idTag"},
        {"RemoteStartTransaction", R"({"idTag":"123456789012345678901"})", "idTag"},
        {"RemoteStartTransaction", R"({"idTag":"\"\n"})", ""},
        {"RemoteStartTransaction", R"({"idTag":"T","connectorId":0})", "connectorId"},
        {"RemoteStartTransaction", R"({"idTag":"T","connectorId":"1"})", "connectorId"},
        {"RemoteStartTransaction", R"({"idTag":"T","connectorId":1.5})", "connectorId"},
        {"RemoteStartTransaction", R"({"connectorId":0,"x":1})", "connectorId x idTag"},
        {"RemoteStartTransaction", with(remote, "TxProfile", "TxDefaultProfile"),
         "chargingProfile.chargingProfilePurpose"},
        {"RemoteStartTransaction", with(remote, "\"stackLevel\"", "\"transactionId\":1,\"stackLevel\""),
         "chargingProfile.transactionId"},
        {"RemoteStartTransaction", with(remote, "21.4", "21.45"),
         "chargingProfile.chargingSchedule.chargingSchedulePeriod.0.limit"},
        {"SetChargingProfile", with(set, "\"connectorId\":1", "\"connectorId\":0"), "connectorId"},
        {"SetChargingProfile", with(set, "\"transactionId\":7,", ""), "csChargingProfiles.transactionId"},
        {"SetChargingProfile", with(set, "TxProfile", "TxDefaultProfile"),
         "csChargingProfiles.transactionId"},
        {"SetChargingProfile", with(set, "TxProfile", "ChargePointMaxProfile"),
         "connectorId csChargingProfiles.transactionId"},
        {"SetChargingProfile", with(set, "\"startPeriod\":0", "\"startPeriod\":1"),
         period + ".0.startPeriod"},
        {"SetChargingProfile", with(set, "\"startPeriod\":60", "\"startPeriod\":0"),
         period + ".1.startPeriod"},
        {"SetChargingProfile", with(set, "21.4", "-0.1"), period + ".0.limit"},
        {"SetChargingProfile", with(set, "\"numberPhases\":1", "\"numberPhases\":4"),
         period + ".1.numberPhases"},
        {"SetChargingProfile", with(set, "Absolute", "Recurring"), "csChargingProfiles.recurrencyKind"},
        {"SetChargingProfile", with(set, "\"Absolute\"", "\"Recurring\",\"recurrencyKind\":\"Daily\""), ""},
        {"SetChargingProfile", with(set, "\"Absolute\"", "\"Absolute\",\"recurrencyKind\":\"Daily\""),
         "csChargingProfiles.recurrencyKind"},
        {"SetChargingProfile",
         with(set, "\"Absolute\"",
              "\"Absolute\",\"validFrom\":\"2030-01-01T00:00:00Z\",\"validTo\":\"2030-01-01T00:00:00Z\""),
         "csChargingProfiles.validTo"},
        {"SendLocalList", R"({"listVersion":0,"updateType":"Full"})", "listVersion"},
        {"SendLocalList", R"({"listVersion":1,"updateType":"Full","localAuthorizationList":[{"idTag":"T"}]})",
         "localAuthorizationList.0.idTagInfo"},
        {"SendLocalList",
         R"({"listVersion":1,"updateType":"Differential","localAuthorizationList":[{"idTag":"T"}]})", ""},
        {"SendLocalList",
         R"({"listVersion":1,"updateType":"Differential","localAuthorizationList":[{"idTag":"T"},{"id_tag":"t"}]})",
         "localAuthorizationList.1.idTag"},
        {"SendLocalList", R"({"listVersion":1,"updateType":"Full","localAuthorizationList":[5]})",
         "localAuthorizationList.0"},
        {"SendLocalList", R"({"listVersion":1,"updateType":"Full","localAuthorizationList":[]})", ""},
        {"ChangeConfiguration", "{\"key\":\"k\",\"value\":\"" + std::string(501, 'x') + "\"}", "value"},
        {"ChangeConfiguration", R"({"key":"k","value":""})", ""},
        {"ChangeConfiguration", R"({"key":"AuthorizationKey","value":"short"})", "value"},
        {"ChangeConfiguration", R"({"key":"authorizationkey","value":"1234567890123456"})", ""},
        {"ChangeConfiguration",
         R"({"key":"AuthorizationKey","value":"0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF"})", ""},
        {"ChangeConfiguration",
         R"({"key":"AuthorizationKey","value":"zz01020304050607FFFFFFFFFFFFFFFFFFFFFFFF"})", "value"},
        {"ChangeConfiguration", R"({"key":"SecurityProfile","value":"4"})", "value"},
        {"GetDiagnostics", R"({"location":"file:///x"})", "location"},
        {"GetDiagnostics",
         R"({"location":"ftp://h","startTime":"2025-09-05T16:10:20Z","stopTime":"2025-09-05T16:10:20Z"})",
         "stopTime"},
        {"GetDiagnostics", R"({"location":"ftp://h","startTime":"2025-09-05 16:10"})", "startTime"},
        {"GetLog",
         R"({"log":{"remoteLocation":"https://h","oldestTimestamp":"2025-09-05T16:10:20Z",
             "latestTimestamp":"2024-09-05T16:10:20Z"},"logType":"SecurityLog","requestId":1})",
         "log.latestTimestamp"},
        {"GetLog", R"({"log":{},"logType":"","requestId":1})", "log.remoteLocation logType"},
        {"GetConfiguration", "{}", ""},
        {"GetConfiguration", R"({"key":[]})", ""},
        {"GetConfiguration", R"({"key":["a",5]})", "key"},
        {"Reset", R"({"type":"soft"})", "type"},
        {"TriggerMessage", R"({"requestedMessage":"MeterValues","connectorId":-1})", "connectorId"},
        {"UnlockConnector", R"({"connectorId":0})", "connectorId"},
    };
    for (const auto& c : cases) {
        const auto* command = find_command(c.action);
        ASSERT_NE(command, nullptr);
        const auto checked = check_params(*command, object(c.params));
        EXPECT_EQ(joined(checked.errors), c.fields) << c.action << " " << c.params;
    }
}

TEST(commands, word_errors_for_people) {
    const auto errors = check_params(*find_command("Reset"), object(R"({"type":"soft"})")).errors;
    EXPECT_EQ(errors, (field_errors{{"type", "\"soft\" is not a valid choice."}}));
    EXPECT_EQ(check_params(*find_command("Reset"), {}).errors,
              (field_errors{{"type", "This field is required."}}));
    EXPECT_EQ(
        check_params(*find_command("RemoteStartTransaction"), object(R"({"idTag":"123456789012345678901"})"))
            .errors,
        (field_errors{{"idTag", "Ensure this field has no more than 20 characters."}}));
}

TEST(commands, go_out_as_plain_json) {
    const auto* command = find_command("RemoteStartTransaction");
    EXPECT_EQ(payload_text(
                  check_params(*command,
                               object(R"({"connector_id":1e0,"id_tag":"TAG\n123","chargingProfile":null})"))
                      .payload),
              R"({"idTag":"TAG\n123","connectorId":1})");
    EXPECT_EQ(
        payload_text(object(R"({"a":21.4,"b":16.0,"c":1e20,"d":0.1,"e":null,"f":[true,false],"g":-3})")),
        R"({"a":21.4,"b":16.0,"c":100000000000000000000.0,"d":0.1,"e":null,"f":[true,false],"g":-3})");
}

TEST(commands, say_where_a_transaction_is_named) {
    for (const auto& command : commands()) {
        auto payload = object(examples.at(command.name));
        const bool named = command.name == "RemoteStopTransaction" || command.name == "SetChargingProfile";
        EXPECT_EQ(transaction_id(command, payload), named ? std::optional<std::int64_t>(7) : std::nullopt)
            << command.name;
        set_transaction_id(command, payload, 2147483647);
        EXPECT_EQ(transaction_id(command, payload),
                  named ? std::optional<std::int64_t>(2147483647) : std::nullopt);
        EXPECT_TRUE(check_params(command, payload).ok());
    }
}

TEST(commands, hide_secrets) {
    const auto* change = find_command("ChangeConfiguration");
    const auto key = object(R"({"key":"AUTHORIZATIONKEY","value":"1234567890123456"})");
    EXPECT_TRUE(holds_secret(*change, key));
    EXPECT_EQ(payload_text(mask_secrets(*change, key)), R"({"key":"AUTHORIZATIONKEY","value":"*****"})");

    const auto* diagnostics = find_command("GetDiagnostics");
    const auto url = object(R"({"location":"ftp://user:p@ss@host:21/x?y=@z"})");
    EXPECT_TRUE(holds_secret(*diagnostics, url));
    EXPECT_EQ(payload_text(mask_secrets(*diagnostics, url)), R"({"location":"ftp://*****@host:21/x?y=@z"})");
    EXPECT_FALSE(holds_secret(*diagnostics, object(R"({"location":"ftp://host/a@b"})")));

    const auto* log = find_command("GetLog");
    const auto nested =
        object(R"({"log":{"remoteLocation":"https://u@h/x"},"logType":"SecurityLog","requestId":1})");
    EXPECT_TRUE(holds_secret(*log, nested));
    EXPECT_EQ(mask_secrets(*log, nested).at("log").at("remoteLocation").as_string(), "https://*****@h/x");
}

// E14: whatever a charger answers is looked at, never refused.
TEST(commands, note_odd_answers) {
    const auto* get = find_command("GetConfiguration");
    EXPECT_TRUE(
        check_response(*get, object(R"({"configurationKey":[{"key":"k","readonly":true,"value":"v"}]})")).ok);
    EXPECT_FALSE(check_response(*get, object(R"({"configurationKey":[{"key":"k"}]})")).ok);
    EXPECT_FALSE(check_response(*find_command("Reset"), object(R"({"status":"Maybe"})")).ok);
    EXPECT_FALSE(check_response(*find_command("Reset"), {}).ok);
    EXPECT_TRUE(check_response(*find_command("Reset"), object(R"({"status":"Accepted","extra":[1]})")).ok);
    EXPECT_TRUE(check_response(*find_command("UpdateFirmware"), {}).ok);
}

} // namespace
} // namespace voltlane::ocpp::v16
