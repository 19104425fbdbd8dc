#include "shared/ocpp/v16/commands.hpp"

#include "shared/ocpp/v16/calls.hpp"
#include "simulator/commands/table.hpp"
#include "unit/simulator/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

using ::testing::ElementsAre;

constexpr const char* profile =
    R"({"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":6.0},{"startPeriod":3600,"limit":16.0}]}})";
constexpr const char* hash =
    R"({"hashAlgorithm":"SHA256","issuerNameHash":"aa","issuerKeyHash":"bb","serialNumber":"1"})";

// A good payload of each command.
std::string payload_of(std::string_view name) {
    const std::map<std::string_view, std::string> payloads = {
        {"CancelReservation", R"({"reservationId":1})"},
        {"CertificateSigned", R"({"certificateChain":"none"})"},
        {"ChangeAvailability", R"({"connectorId":1,"type":"Operative"})"},
        {"ChangeConfiguration", R"({"key":"HeartbeatInterval","value":"100"})"},
        {"ClearCache", "{}"},
        {"ClearChargingProfile", "{}"},
        {"DataTransfer", R"({"vendorId":"Voltlane"})"},
        {"DeleteCertificate", R"({"certificateHashData":)" + std::string(hash) + "}"},
        {"ExtendedTriggerMessage", R"({"requestedMessage":"LogStatusNotification"})"},
        {"GetCompositeSchedule", R"({"connectorId":1,"duration":600})"},
        {"GetConfiguration", "{}"},
        {"GetDiagnostics", R"({"location":"ftp://example.com/"})"},
        {"GetInstalledCertificateIds", R"({"certificateType":"CentralSystemRootCertificate"})"},
        {"GetLocalListVersion", "{}"},
        {"GetLog",
         R"({"log":{"remoteLocation":"https://example.com/"},"logType":"SecurityLog","requestId":3})"},
        {"InstallCertificate", R"({"certificateType":"CentralSystemRootCertificate","certificate":"none"})"},
        {"RemoteStartTransaction", R"({"idTag":"TAG-2"})"},
        {"RemoteStopTransaction", R"({"transactionId":1})"},
        {"ReserveNow",
         R"({"connectorId":1,"expiryDate":"2030-01-01T00:00:00Z","idTag":"TAG-1","reservationId":5})"},
        {"Reset", R"({"type":"Soft"})"},
        {"SendLocalList", R"({"listVersion":1,"updateType":"Full"})"},
        {"SetChargingProfile", R"({"connectorId":1,"csChargingProfiles":)" + std::string(profile) + "}"},
        {"SignedUpdateFirmware",
         R"({"requestId":1,"firmware":{"location":"https://example.com/f","retrieveDateTime":"2025-01-01T00:00:00Z","signingCertificate":"none","signature":"s"}})"},
        {"TriggerMessage", R"({"requestedMessage":"Heartbeat"})"},
        {"UnlockConnector", R"({"connectorId":1})"},
        {"UpdateFirmware", R"({"location":"https://example.com/f","retrieveDate":"2025-01-01T00:00:00Z"})"},
    };
    return payloads.at(name);
}

class each_command : public ::testing::TestWithParam<std::string_view> {};

TEST_P(each_command, is_answered_with_a_payload_that_the_table_allows) {
    const auto& spec = *ocpp::v16::find_command(GetParam());
    rig r(plain_scenario());
    for (const double wait : {0.0, 25.0, 60.0}) { // idle, charging, after it
        r.run_for(wait);
        const auto text = r.command(std::string(spec.name), payload_of(spec.name));
        const auto frame = boost::json::parse(text).as_array();
        ASSERT_EQ(frame[0].as_int64(), 3) << text;
        const auto verdict = ocpp::v16::check_response(spec, frame[2].as_object());
        EXPECT_TRUE(verdict.ok) << verdict.text << ' ' << text;
    }
}

TEST_P(each_command, refuses_a_payload_of_the_wrong_types) {
    const auto& spec = *ocpp::v16::find_command(GetParam());
    std::string wrong = "{";
    for (const auto& m : spec.request->members)
        wrong += (wrong.size() > 1 ? ",\"" : "\"") + std::string(m.name) + "\":false";
    rig r(plain_scenario());
    const auto outcome = r.outcome(std::string(spec.name), wrong + "}");
    if (spec.request->members.empty())
        EXPECT_NE(outcome, "(none)");
    else
        EXPECT_EQ(outcome, "TypeConstraintViolation");
    EXPECT_TRUE(r.point.is_accepted());
}

TEST_P(each_command, refuses_a_payload_without_what_is_required) {
    const auto& spec = *ocpp::v16::find_command(GetParam());
    const bool needs = std::any_of(spec.request->members.begin(), spec.request->members.end(),
                                   [](const auto& m) { return m.required; });
    rig r(plain_scenario());
    const auto outcome = r.outcome(std::string(spec.name), "{}");
    EXPECT_EQ(outcome == "OccurenceConstraintViolation", needs) << outcome;
}

std::vector<std::string_view> all_commands() {
    std::vector<std::string_view> names;
    for (const auto& c : ocpp::v16::commands())
        names.push_back(c.name);
    return names;
}
INSTANTIATE_TEST_SUITE_P(table, each_command, ::testing::ValuesIn(all_commands()),
                         [](const auto& info) { return std::string(info.param); });

TEST(commands, are_those_of_the_protocol) {
    std::vector<std::string_view> ours;
    for (const auto& row : command_table())
        ours.push_back(row.name);
    EXPECT_EQ(ours, all_commands());
}

TEST(commands, unknown_ones_get_the_exact_code) {
    rig r(idle_scenario());
    EXPECT_EQ(r.outcome("MakeCoffee", "{}"), "NotImplemented");
    EXPECT_EQ(r.outcome("Heartbeat", "{}"), "NotSupported");
    r.receive(R"([2,"x","Reset","nonsense"])");
    EXPECT_THAT(r.replies.back(), ::testing::HasSubstr("FormationViolation"));
    r.receive(R"([2,"x","Reset",{])");
    EXPECT_THAT(r.replies.back(), ::testing::HasSubstr("FormationViolation"));
    EXPECT_EQ(r.outcome("Reset", R"({"type":"Warm"})"), "PropertyConstraintViolation");
    EXPECT_EQ(r.counts.commands.at("(unknown)").received, 2U);
}

TEST(commands, remote_start_and_stop_really_do) {
    rig r(idle_scenario());
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"FROM-API","connectorId":1})"), "Accepted");
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"FROM-API","connectorId":1})"), "Rejected");
    r.run_for(30);
    ASSERT_EQ(r.sent("StartTransaction").size(), 1U);
    EXPECT_EQ(rig::text(r.sent("StartTransaction")[0], "idTag"), "FROM-API");
    EXPECT_TRUE(r.sent("Authorize").empty()); // AuthorizeRemoteTxRequests is false
    EXPECT_EQ(r.outcome("RemoteStopTransaction", R"({"transactionId":1})"), "Rejected");
    EXPECT_EQ(r.outcome("RemoteStopTransaction", R"({"transactionId":1000})"), "Accepted");
    r.run_for(10);
    ASSERT_EQ(r.sent("StopTransaction").size(), 1U);
    EXPECT_EQ(rig::text(r.sent("StopTransaction")[0], "reason"), "Remote");
    EXPECT_THAT(r.statuses(1), ElementsAre("Available", "Preparing", "Charging", "Finishing", "Available"));
}

TEST(commands, remote_start_asks_first_where_it_is_told_to) {
    rig r(idle_scenario());
    r.command("ChangeConfiguration", R"({"key":"AuthorizeRemoteTxRequests","value":"true"})");
    r.answers["Authorize"] = [](const rig::call&) {
        return std::string(R"({"idTagInfo":{"status":"Blocked"}})");
    };
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"T"})"), "Accepted");
    r.run_for(20);
    EXPECT_EQ(r.sent("Authorize").size(), 1U);
    EXPECT_TRUE(r.sent("StartTransaction").empty());
}

TEST(commands, change_availability_waits_for_the_transaction) {
    rig r(idle_scenario());
    EXPECT_EQ(r.outcome("ChangeAvailability", R"({"connectorId":9,"type":"Inoperative"})"), "Rejected");
    r.command("RemoteStartTransaction", R"({"idTag":"T"})");
    r.run_for(10);
    EXPECT_EQ(r.outcome("ChangeAvailability", R"({"connectorId":0,"type":"Inoperative"})"), "Scheduled");
    EXPECT_EQ(r.statuses(0).back(), "Unavailable");
    r.command("RemoteStopTransaction", R"({"transactionId":1000})");
    r.run_for(10);
    EXPECT_EQ(r.statuses(1).back(), "Unavailable");
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"T"})"), "Rejected");
    EXPECT_EQ(r.outcome("ChangeAvailability", R"({"connectorId":0,"type":"Operative"})"), "Accepted");
    EXPECT_EQ(r.statuses(1).back(), "Available");
    EXPECT_EQ(r.statuses(0).back(), "Available");
}

TEST(commands, sample_interval_takes_effect_at_once) {
    rig r(idle_scenario());
    r.command("RemoteStartTransaction", R"({"idTag":"T"})");
    r.run_for(5);
    r.command("ChangeConfiguration", R"({"key":"MeterValueSampleInterval","value":"2"})");
    r.run_for(20.5);
    EXPECT_EQ(r.sent("MeterValues").size(), 10U);
}

TEST(commands, soft_reset_stops_reports_and_boots) {
    rig r(idle_scenario());
    r.command("RemoteStartTransaction", R"({"idTag":"T"})");
    r.run_for(20);
    EXPECT_EQ(r.outcome("Reset", R"({"type":"Soft"})"), "Accepted");
    ASSERT_EQ(r.sent("StopTransaction").size(), 1U);
    EXPECT_EQ(rig::text(r.sent("StopTransaction")[0], "reason"), "SoftReset");
    EXPECT_EQ(r.wishes.back(), line_wish::close);
    EXPECT_FALSE(r.point.is_up());
    r.run_for(6);
    EXPECT_EQ(r.sent("BootNotification").size(), 2U);
    EXPECT_EQ(r.statuses(1).back(), "Available");
}

TEST(commands, hard_reset_does_not_wait_but_delivers_later) {
    rig r(idle_scenario());
    r.command("RemoteStartTransaction", R"({"idTag":"T"})");
    r.run_for(20);
    r.answers["StopTransaction"] = [](const rig::call&) {
        return std::nullopt;
    };
    EXPECT_EQ(r.outcome("Reset", R"({"type":"Hard"})"), "Accepted");
    EXPECT_EQ(r.wishes.back(), line_wish::cut);
    r.answers.erase("StopTransaction");
    r.run_for(10);
    const auto stops = r.sent("StopTransaction");
    ASSERT_EQ(stops.size(), 2U);
    EXPECT_EQ(stops[0].payload, stops[1].payload);
    EXPECT_EQ(rig::text(stops[1], "reason"), "HardReset");
}

TEST(commands, unlock_ends_the_session) {
    rig r(idle_scenario());
    EXPECT_EQ(r.outcome("UnlockConnector", R"({"connectorId":7})"), "NotSupported");
    r.command("RemoteStartTransaction", R"({"idTag":"T"})");
    r.run_for(10);
    EXPECT_EQ(r.outcome("UnlockConnector", R"({"connectorId":1})"), "Unlocked");
    EXPECT_EQ(rig::text(r.sent("StopTransaction").at(0), "reason"), "UnlockCommand");
    r.run_for(2);
    EXPECT_EQ(r.statuses(1).back(), "Available");
}

TEST(commands, trigger_answers_first_and_sends_then) {
    rig r(idle_scenario());
    for (const auto* message :
         {"BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification", "Heartbeat",
          "MeterValues", "StatusNotification"}) {
        const auto before = r.log.size();
        const auto answer =
            r.outcome("TriggerMessage", R"({"requestedMessage":")" + std::string(message) + "\"}");
        EXPECT_EQ(answer, "Accepted");
        ASSERT_GT(r.log.size(), before + 1) << message;
        EXPECT_TRUE(r.log[before].starts_with("[3,"));
        EXPECT_THAT(r.log[before + 1], ::testing::HasSubstr(message));
    }
    EXPECT_EQ(r.outcome("TriggerMessage", R"({"requestedMessage":"Heartbeat","connectorId":4})"), "Rejected");
    r.command("ExtendedTriggerMessage", R"({"requestedMessage":"SignChargePointCertificate"})");
    ASSERT_EQ(r.calls.back().action, "SignCertificate");
    EXPECT_TRUE(rig::text(r.calls.back(), "csr").starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    r.command("ExtendedTriggerMessage", R"({"requestedMessage":"FirmwareStatusNotification"})");
    EXPECT_EQ(r.calls.back().action, "SignedFirmwareStatusNotification");
}

std::string reserve(int connector, int id, const char* tag, const std::string& until) {
    return R"({"connectorId":)" + std::to_string(connector) + R"(,"reservationId":)" + std::to_string(id) +
           R"(,"idTag":")" + tag + R"(","expiryDate":")" + until + "\"}";
}

TEST(commands, reservations_are_kept_used_and_expire) {
    rig r(idle_scenario());
    const auto soon = format_millis(after(r.now, 100));
    EXPECT_EQ(r.outcome("ReserveNow", reserve(3, 1, "A", soon)), "Rejected");
    EXPECT_EQ(r.outcome("ReserveNow", reserve(1, 1, "A", format_millis(r.now))), "Rejected");
    EXPECT_EQ(r.outcome("ReserveNow", reserve(1, 1, "A", soon)), "Accepted");
    EXPECT_EQ(r.statuses(1).back(), "Reserved");
    EXPECT_EQ(r.outcome("ReserveNow", reserve(1, 2, "B", soon)), "Occupied");
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"B"})"), "Rejected");
    EXPECT_EQ(r.outcome("CancelReservation", R"({"reservationId":2})"), "Rejected");
    EXPECT_EQ(r.outcome("CancelReservation", R"({"reservationId":1})"), "Accepted");
    EXPECT_EQ(r.statuses(1).back(), "Available");
    EXPECT_EQ(r.outcome("ReserveNow", reserve(1, 3, "A", soon)), "Accepted");
    r.run_for(101);
    EXPECT_EQ(r.statuses(1).back(), "Available");
    EXPECT_EQ(r.outcome("ReserveNow", reserve(1, 4, "A", format_millis(after(r.now, 100)))), "Accepted");
    EXPECT_EQ(r.outcome("RemoteStartTransaction", R"({"idTag":"a"})"), "Accepted");
    r.run_for(5);
    ASSERT_EQ(r.sent("StartTransaction").size(), 1U);
    EXPECT_EQ(rig::integer(r.sent("StartTransaction")[0], "reservationId"), 4);
}

TEST(commands, local_list_keeps_its_versions) {
    rig r(idle_scenario());
    const auto version = [&r] {
        const auto frame = boost::json::parse(r.command("GetLocalListVersion", "{}"));
        return frame.at(2).at("listVersion").as_int64();
    };
    EXPECT_EQ(version(), 0);
    const std::string two =
        R"([{"idTag":"A","idTagInfo":{"status":"Accepted"}},{"idTag":"B","idTagInfo":{"status":"Blocked"}}])";
    EXPECT_EQ(r.outcome("SendLocalList",
                        R"({"listVersion":5,"updateType":"Full","localAuthorizationList":)" + two + "}"),
              "Accepted");
    EXPECT_EQ(version(), 5);
    EXPECT_EQ(r.outcome("SendLocalList", R"({"listVersion":5,"updateType":"Differential"})"),
              "VersionMismatch");
    EXPECT_EQ(
        r.outcome(
            "SendLocalList",
            R"({"listVersion":6,"updateType":"Differential","localAuthorizationList":[{"idTag":"b"}]})"),
        "Accepted");
    EXPECT_EQ(r.point.known_tags().size(), 1U);
    EXPECT_EQ(r.outcome("SendLocalList",
                        R"({"listVersion":7,"updateType":"Full","localAuthorizationList":[{"idTag":"C"}]})"),
              "Failed");
    EXPECT_EQ(r.outcome("SendLocalList", R"({"listVersion":8,"updateType":"Full"})"), "Accepted");
    EXPECT_EQ(version(), 0); // empty
}

TEST(commands, uploads_and_firmware_report_their_progress) {
    rig r(idle_scenario());
    const auto statuses = [&r](const char* action) {
        std::vector<std::string> found;
        for (const auto& c : r.sent(action))
            found.push_back(rig::text(c, "status"));
        return found;
    };
    r.command("GetDiagnostics", R"({"location":"ftp://example.com/"})");
    EXPECT_EQ(r.outcome("GetLog", payload_of("GetLog")), "Accepted");
    EXPECT_EQ(r.outcome("GetLog", payload_of("GetLog")), "AcceptedCanceled");
    r.run_for(10);
    EXPECT_THAT(statuses("DiagnosticsStatusNotification"), ElementsAre("Uploading", "Uploaded"));
    EXPECT_THAT(statuses("LogStatusNotification"), ElementsAre("Uploading", "Uploaded"));
    EXPECT_EQ(rig::integer(r.sent("LogStatusNotification")[0], "requestId"), 3);
    r.command("UpdateFirmware", payload_of("UpdateFirmware"));
    r.run_for(60);
    EXPECT_THAT(statuses("FirmwareStatusNotification"),
                ElementsAre("Downloading", "Downloaded", "Installing", "Installed"));
    EXPECT_EQ(r.sent("BootNotification").size(), 2U);
    EXPECT_EQ(r.outcome("SignedUpdateFirmware", payload_of("SignedUpdateFirmware")), "InvalidCertificate");
    r.run_for(1);
    EXPECT_EQ(rig::text(r.calls.back(), "type"), "InvalidFirmwareSigningCertificate");
}

TEST(commands, configuration_is_listed_and_guarded) {
    rig r(idle_scenario());
    const auto list = [&r](const std::string& payload) {
        return boost::json::parse(r.command("GetConfiguration", payload)).at(2).as_object();
    };
    EXPECT_GT(list("{}").at("configurationKey").as_array().size(), 35U);
    const auto some = list(R"({"key":["NumberOfConnectors","Nonsense"]})");
    EXPECT_EQ(boost::json::serialize(some.at("configurationKey")),
              R"([{"key":"NumberOfConnectors","readonly":true,"value":"1"}])");
    EXPECT_EQ(boost::json::serialize(some.at("unknownKey")), R"(["Nonsense"])");
    const auto change = [&r](const char* name, const char* value) {
        return r.outcome("ChangeConfiguration",
                         R"({"key":")" + std::string(name) + R"(","value":")" + value + "\"}");
    };
    EXPECT_EQ(change("Nonsense", "1"), "NotSupported");
    EXPECT_EQ(change("NumberOfConnectors", "9"), "Rejected");
    EXPECT_EQ(change("HeartbeatInterval", "soon"), "Rejected");
    EXPECT_EQ(change("MeterValuesSampledData", "Energy.Active.Import.Register,Nonsense"), "Rejected");
    EXPECT_EQ(change("WebSocketPingInterval", "30"), "RebootRequired");
    EXPECT_EQ(change("AuthorizationKey", "0123456789abcdef"), "Accepted");
    EXPECT_THAT(boost::json::serialize(list(R"({"key":["AuthorizationKey"]})")),
                ::testing::Not(::testing::HasSubstr("0123456789abcdef")));
}

} // namespace
} // namespace voltlane::simulator
