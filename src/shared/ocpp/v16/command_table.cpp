#include "shared/ocpp/v16/command_rules.hpp"
#include "shared/ocpp/v16/commands.hpp"
#include "shared/ocpp/v16/tables/types.hpp"

#include <algorithm>
#include <array>

// Every command of a 1.6 central system, by name: a new one is its members and one row at the end.
namespace voltlane::ocpp::v16 {
namespace tables {
namespace {

constexpr member cancel_reservation_members[] = {integer("reservationId").need()};
constexpr schema cancel_reservation{cancel_reservation_members};

constexpr member certificate_signed_members[] = {text("certificateChain", 10000).need().filled()};
constexpr schema certificate_signed{certificate_signed_members};

constexpr choices availability = {"Inoperative", "Operative"};
constexpr member change_availability_members[] = {
    integer("connectorId").need().at_least(0),
    choice("type", availability).need(),
};
constexpr schema change_availability{change_availability_members};
constexpr choices availability_status = {"Accepted", "Rejected", "Scheduled"};
constexpr member availability_answer_members[] = {choice("status", availability_status).need()};
constexpr schema availability_answer{availability_answer_members};

constexpr member change_configuration_members[] = {
    text("key", 50).need().filled(),
    text("value", 500).need(),
};
constexpr schema change_configuration{change_configuration_members};
constexpr choices configuration_status = {"Accepted", "Rejected", "RebootRequired", "NotSupported"};
constexpr member configuration_answer_members[] = {choice("status", configuration_status).need()};
constexpr schema configuration_answer{configuration_answer_members};

constexpr member clear_charging_profile_members[] = {
    integer("id"),
    integer("connectorId").at_least(0),
    choice("chargingProfilePurpose", profile_purpose),
    integer("stackLevel").at_least(0),
};
constexpr schema clear_charging_profile{clear_charging_profile_members};
constexpr choices clear_profile_status = {"Accepted", "Unknown"};
constexpr member clear_profile_answer_members[] = {choice("status", clear_profile_status).need()};
constexpr schema clear_profile_answer{clear_profile_answer_members};

constexpr member data_transfer_members[] = {
    text("vendorId", 255).need().filled(),
    text("messageId", 50),
    text("data"),
};
constexpr schema data_transfer{data_transfer_members};

constexpr member delete_certificate_members[] = {object("certificateHashData", certificate_hash).need()};
constexpr schema delete_certificate{delete_certificate_members};
constexpr choices delete_certificate_status = {"Accepted", "Failed", "NotFound"};
constexpr member delete_certificate_answer_members[] = {choice("status", delete_certificate_status).need()};
constexpr schema delete_certificate_answer{delete_certificate_answer_members};

constexpr choices extended_trigger = {
    "BootNotification", "LogStatusNotification",      "FirmwareStatusNotification", "Heartbeat",
    "MeterValues",      "SignChargePointCertificate", "StatusNotification"};
constexpr member extended_trigger_members[] = {
    choice("requestedMessage", extended_trigger).need(),
    integer("connectorId").at_least(0),
};
constexpr schema extended_trigger_message{extended_trigger_members};
constexpr choices trigger_status = {"Accepted", "Rejected", "NotImplemented"};
constexpr member trigger_answer_members[] = {choice("status", trigger_status).need()};
constexpr schema trigger_answer{trigger_answer_members};

constexpr member composite_schedule_members[] = {
    integer("connectorId").need().at_least(0),
    integer("duration").need().at_least(0),
    choice("chargingRateUnit", rate_unit),
};
constexpr schema get_composite_schedule{composite_schedule_members};
constexpr member composite_answer_members[] = {
    choice("status", accepted_rejected).need(),
    integer("connectorId"),
    date_time("scheduleStart"),
    object("chargingSchedule", charging_schedule),
};
constexpr schema composite_answer{composite_answer_members};

constexpr member get_configuration_members[] = {texts("key", 50)};
constexpr schema get_configuration{get_configuration_members};
constexpr member key_value_members[] = {text("key", 50).need(), boolean("readonly").need(),
                                        text("value", 500)};
constexpr schema key_value{key_value_members};
constexpr member get_configuration_answer_members[] = {list("configurationKey", key_value),
                                                       texts("unknownKey", 50)};
constexpr schema get_configuration_answer{get_configuration_answer_members};

constexpr member get_diagnostics_members[] = {
    uri("location").need(), integer("retries").at_least(0), integer("retryInterval").at_least(0),
    date_time("startTime"), date_time("stopTime"),
};
constexpr schema get_diagnostics{get_diagnostics_members};
constexpr member diagnostics_answer_members[] = {text("fileName", 255)};
constexpr schema diagnostics_answer{diagnostics_answer_members};

constexpr member installed_certificates_members[] = {choice("certificateType", certificate_use).need()};
constexpr schema get_installed_certificates{installed_certificates_members};
constexpr choices installed_status = {"Accepted", "NotFound"};
constexpr member installed_answer_members[] = {
    choice("status", installed_status).need(),
    list("certificateHashData", certificate_hash).items(1),
};
constexpr schema installed_answer{installed_answer_members};

constexpr member list_version_answer_members[] = {integer("listVersion").need()};
constexpr schema list_version_answer{list_version_answer_members};

constexpr member log_parameters_members[] = {
    uri("remoteLocation", 512).need(),
    date_time("oldestTimestamp"),
    date_time("latestTimestamp"),
};
constexpr schema log_parameters{log_parameters_members};
constexpr choices log_type = {"DiagnosticsLog", "SecurityLog"};
constexpr member get_log_members[] = {
    object("log", log_parameters).need(), choice("logType", log_type).need(),   integer("requestId").need(),
    integer("retries").at_least(0),       integer("retryInterval").at_least(0),
};
constexpr schema get_log{get_log_members};
constexpr choices log_answer_status = {"Accepted", "Rejected", "AcceptedCanceled"};
constexpr member log_answer_members[] = {choice("status", log_answer_status).need(), text("filename", 255)};
constexpr schema log_answer{log_answer_members};

constexpr member install_certificate_members[] = {
    choice("certificateType", certificate_use).need(),
    text("certificate", 5500).need().filled(),
};
constexpr schema install_certificate{install_certificate_members};
constexpr choices install_status = {"Accepted", "Failed", "Rejected"};
constexpr member install_answer_members[] = {choice("status", install_status).need()};
constexpr schema install_answer{install_answer_members};

constexpr member remote_start_members[] = {
    text("idTag", 20).need().filled(),
    integer("connectorId").at_least(1),
    object("chargingProfile", charging_profile),
};
constexpr schema remote_start{remote_start_members};

constexpr member remote_stop_members[] = {integer("transactionId").need()};
constexpr schema remote_stop{remote_stop_members};

constexpr member reserve_now_members[] = {
    integer("connectorId").need().at_least(0), date_time("expiryDate").need(),
    text("idTag", 20).need().filled(),         text("parentIdTag", 20),
    integer("reservationId").need(),
};
constexpr schema reserve_now{reserve_now_members};
constexpr choices reservation_status = {"Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"};
constexpr member reserve_answer_members[] = {choice("status", reservation_status).need()};
constexpr schema reserve_answer{reserve_answer_members};

constexpr choices reset_type = {"Hard", "Soft"};
constexpr member reset_members[] = {choice("type", reset_type).need()};
constexpr schema reset{reset_members};

constexpr member local_list_entry_members[] = {
    text("idTag", 20).need().filled(),
    object("idTagInfo", id_tag_info),
};
constexpr schema local_list_entry{local_list_entry_members};
constexpr choices update_type = {"Differential", "Full"};
constexpr member send_local_list_members[] = {
    integer("listVersion").need().at_least(1), // 0 and -1 have meanings of their own in answers (errata 3.52)
    list("localAuthorizationList", local_list_entry),
    choice("updateType", update_type).need(),
};
constexpr schema send_local_list{send_local_list_members};
constexpr choices local_list_status = {"Accepted", "Failed", "NotSupported", "VersionMismatch"};
constexpr member local_list_answer_members[] = {choice("status", local_list_status).need()};
constexpr schema local_list_answer{local_list_answer_members};

constexpr member set_charging_profile_members[] = {
    integer("connectorId").need().at_least(0),
    object("csChargingProfiles", charging_profile).need(),
};
constexpr schema set_charging_profile{set_charging_profile_members};
constexpr choices set_profile_status = {"Accepted", "Rejected", "NotSupported"};
constexpr member set_profile_answer_members[] = {choice("status", set_profile_status).need()};
constexpr schema set_profile_answer{set_profile_answer_members};

constexpr member firmware_members[] = {
    uri("location", 512).need(),
    date_time("retrieveDateTime").need(),
    date_time("installDateTime"),
    text("signingCertificate", 5500).need().filled(),
    text("signature", 800).need().filled(),
};
constexpr schema firmware{firmware_members};
constexpr member signed_update_members[] = {
    integer("retries").at_least(0),
    integer("retryInterval").at_least(0),
    integer("requestId").need(),
    object("firmware", firmware).need(),
};
constexpr schema signed_update_firmware{signed_update_members};
constexpr choices update_status = {"Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate",
                                   "RevokedCertificate"};
constexpr member signed_update_answer_members[] = {choice("status", update_status).need()};
constexpr schema signed_update_answer{signed_update_answer_members};

constexpr choices trigger = {"BootNotification",
                             "DiagnosticsStatusNotification",
                             "FirmwareStatusNotification",
                             "Heartbeat",
                             "MeterValues",
                             "StatusNotification"};
constexpr member trigger_members[] = {
    choice("requestedMessage", trigger).need(),
    integer("connectorId").at_least(0),
};
constexpr schema trigger_message{trigger_members};

constexpr member unlock_members[] = {integer("connectorId").need().at_least(1)};
constexpr schema unlock_connector{unlock_members};
constexpr choices unlock_status = {"Unlocked", "UnlockFailed", "NotSupported"};
constexpr member unlock_answer_members[] = {choice("status", unlock_status).need()};
constexpr schema unlock_answer{unlock_answer_members};

constexpr member update_firmware_members[] = {
    uri("location").need(),
    integer("retries").at_least(0),
    date_time("retrieveDate").need(),
    integer("retryInterval").at_least(0),
};
constexpr schema update_firmware{update_firmware_members};

constexpr auto rows = std::to_array<command_spec>({
    {"CancelReservation", &cancel_reservation, &status_only},
    {"CertificateSigned", &certificate_signed, &status_only},
    {"ChangeAvailability", &change_availability, &availability_answer},
    {.name = "ChangeConfiguration",
     .request = &change_configuration,
     .response = &configuration_answer,
     .rules = rules::change_configuration,
     .is_secret = rules::sets_authorization_key,
     .secret_member = "value"},
    {"ClearCache", &nothing, &status_only},
    {"ClearChargingProfile", &clear_charging_profile, &clear_profile_answer},
    {"DataTransfer", &data_transfer, &data_transfer_answer},
    {"DeleteCertificate", &delete_certificate, &delete_certificate_answer},
    {"ExtendedTriggerMessage", &extended_trigger_message, &trigger_answer},
    {"GetCompositeSchedule", &get_composite_schedule, &composite_answer},
    {"GetConfiguration", &get_configuration, &get_configuration_answer},
    {"GetDiagnostics", &get_diagnostics, &diagnostics_answer, rules::get_diagnostics},
    {"GetInstalledCertificateIds", &get_installed_certificates, &installed_answer},
    {"GetLocalListVersion", &nothing, &list_version_answer},
    {"GetLog", &get_log, &log_answer, rules::get_log},
    {"InstallCertificate", &install_certificate, &install_answer},
    {"RemoteStartTransaction", &remote_start, &status_only, rules::remote_start},
    {"RemoteStopTransaction", &remote_stop, &status_only, nullptr, transaction_place::top},
    {"ReserveNow", &reserve_now, &reserve_answer},
    {"Reset", &reset, &status_only},
    {"SendLocalList", &send_local_list, &local_list_answer, rules::send_local_list},
    {"SetChargingProfile", &set_charging_profile, &set_profile_answer, rules::set_charging_profile,
     transaction_place::profile},
    {"SignedUpdateFirmware", &signed_update_firmware, &signed_update_answer},
    {"TriggerMessage", &trigger_message, &trigger_answer},
    {"UnlockConnector", &unlock_connector, &unlock_answer},
    {"UpdateFirmware", &update_firmware, &nothing},
});
static_assert(std::is_sorted(rows.begin(), rows.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

} // namespace
} // namespace tables

std::span<const command_spec> commands() noexcept {
    return tables::rows;
}

const command_spec* find_command(std::string_view name) noexcept {
    const auto rows = commands();
    const auto at =
        std::lower_bound(rows.begin(), rows.end(), name,
                         [](const command_spec& row, std::string_view n) { return row.name < n; });
    return at != rows.end() && at->name == name ? &*at : nullptr;
}

} // namespace voltlane::ocpp::v16
