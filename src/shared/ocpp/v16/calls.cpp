#include "shared/ocpp/v16/calls.hpp"

#include "shared/ocpp/v16/commands.hpp"
#include "shared/ocpp/v16/tables/types.hpp"

#include <array>

// The tables of chargers' calls. `let` names what field-notes.md makes us serve all the same.
namespace voltlane::ocpp::v16 {
namespace tables {
namespace {

constexpr auto long_text = tolerance::long_text;
constexpr auto all = tolerance::all;

constexpr member authorize_members[] = {text("idTag", 20).need().let(long_text)};
constexpr schema authorize{authorize_members};
constexpr member id_tag_info_answer_members[] = {object("idTagInfo", id_tag_info).need()};
constexpr schema authorize_answer{id_tag_info_answer_members};

constexpr member boot_notification_members[] = {
    text("chargePointVendor", 20).need().let(long_text),
    text("chargePointModel", 20).need().let(long_text),
    text("chargePointSerialNumber", 25).let(long_text),
    text("chargeBoxSerialNumber", 25).let(long_text),
    text("firmwareVersion", 50).let(long_text),
    text("iccid", 20).let(long_text),
    text("imsi", 20).let(long_text),
    text("meterType", 25).let(long_text),
    text("meterSerialNumber", 25).let(long_text),
};
constexpr schema boot_notification{boot_notification_members};
constexpr choices registration_status = {"Accepted", "Pending", "Rejected"};
constexpr member boot_answer_members[] = {
    choice("status", registration_status).need(),
    date_time("currentTime").need(),
    integer("interval").need().at_least(0),
};
constexpr schema boot_answer{boot_answer_members};

// `data` is text by the standard, but objects are seen (fuzz E12).
constexpr member data_transfer_members[] = {
    text("vendorId", 255).need(),
    text("messageId", 50),
    text("data").let(all),
};
constexpr schema data_transfer{data_transfer_members};

constexpr choices diagnostics_status = {"Idle", "Uploaded", "UploadFailed", "Uploading"};
constexpr member diagnostics_members[] = {choice("status", diagnostics_status).need()};
constexpr schema diagnostics{diagnostics_members};

constexpr choices firmware_status = {"Downloaded",         "DownloadFailed", "Downloading", "Idle",
                                     "InstallationFailed", "Installing",     "Installed"};
constexpr member firmware_members[] = {choice("status", firmware_status).need()};
constexpr schema firmware{firmware_members};

constexpr member heartbeat_answer_members[] = {date_time("currentTime").need()};
constexpr schema heartbeat_answer{heartbeat_answer_members};

constexpr choices log_status = {"BadMessage",       "Idle",     "NotSupportedOperation",
                                "PermissionDenied", "Uploaded", "UploadFailure",
                                "Uploading"};
constexpr member log_members[] = {choice("status", log_status).need(), integer("requestId")};
constexpr schema log{log_members};

constexpr choices reading_context = {"Interruption.Begin", "Interruption.End", "Other",
                                     "Sample.Clock",       "Sample.Periodic",  "Transaction.Begin",
                                     "Transaction.End",    "Trigger"};
constexpr choices value_format = {"Raw", "SignedData"};
constexpr choices measurand = {"Energy.Active.Export.Register",
                               "Energy.Active.Import.Register",
                               "Energy.Reactive.Export.Register",
                               "Energy.Reactive.Import.Register",
                               "Energy.Active.Export.Interval",
                               "Energy.Active.Import.Interval",
                               "Energy.Reactive.Export.Interval",
                               "Energy.Reactive.Import.Interval",
                               "Power.Active.Export",
                               "Power.Active.Import",
                               "Power.Offered",
                               "Power.Reactive.Export",
                               "Power.Reactive.Import",
                               "Power.Factor",
                               "Current.Import",
                               "Current.Export",
                               "Current.Offered",
                               "Voltage",
                               "Frequency",
                               "Temperature",
                               "SoC",
                               "RPM"};
constexpr choices phase = {"L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"};
constexpr choices location = {"Body", "Cable", "EV", "Inlet", "Outlet"};
constexpr choices unit = {"Wh", "kWh",     "varh",    "kvarh",      "W",       "kW",
                          "VA", "kVA",     "var",     "kvar",       "A",       "V",
                          "K",  "Celsius", "Celcius", "Fahrenheit", "Percent", "Hertz"};
constexpr member sampled_value_members[] = {
    text("value").need(),           choice("context", reading_context),
    choice("format", value_format), choice("measurand", measurand),
    choice("phase", phase),         choice("location", location),
    choice("unit", unit),
};
constexpr schema sampled_value{sampled_value_members};
constexpr member meter_value_members[] = {
    date_time("timestamp").need(),
    list("sampledValue", sampled_value).need().items(1),
};
constexpr schema meter_value{meter_value_members};

// Answered whatever they hold: a CALLERROR would only make the charger repeat them (1.6 sections 4.7
// and 4.10).
constexpr member meter_values_members[] = {
    integer("connectorId").need().at_least(0).let(all),
    integer("transactionId").let(all),
    list("meterValue", meter_value).need().items(1).let(all),
};
constexpr schema meter_values{meter_values_members};

constexpr member security_event_members[] = {
    text("type", 50).need().let(long_text),
    date_time("timestamp").need().let(tolerance::bad_time),
    text("techInfo", 255).let(long_text),
};
constexpr schema security_event{security_event_members};

// Too long is answered with Rejected, not with an error.
constexpr member sign_certificate_members[] = {text("csr", 5500).need().let(long_text)};
constexpr schema sign_certificate{sign_certificate_members};

constexpr choices signed_firmware_status = {
    "Downloaded",         "DownloadFailed",   "Downloading",
    "DownloadScheduled",  "DownloadPaused",   "Idle",
    "InstallationFailed", "Installing",       "Installed",
    "InstallRebooting",   "InstallScheduled", "InstallVerificationFailed",
    "InvalidSignature",   "SignatureVerified"};
constexpr member signed_firmware_members[] = {choice("status", signed_firmware_status).need(),
                                              integer("requestId")};
constexpr schema signed_firmware{signed_firmware_members};

constexpr member start_transaction_members[] = {
    integer("connectorId").need().let(tolerance::number_text),
    text("idTag", 20).need().let(long_text),
    integer("meterStart").need().let(all),
    date_time("timestamp").need().let(all),
    integer("reservationId").let(all),
};
constexpr schema start_transaction{start_transaction_members};
constexpr member start_answer_members[] = {
    object("idTagInfo", id_tag_info).need(),
    integer("transactionId").need(),
};
constexpr schema start_answer{start_answer_members};

constexpr choices error_code = {
    "ConnectorLockFailure", "EVCommunicationError", "GroundFailure",     "HighTemperature",
    "InternalError",        "LocalListConflict",    "NoError",           "OtherError",
    "OverCurrentFailure",   "OverVoltage",          "PowerMeterFailure", "PowerSwitchFailure",
    "ReaderFailure",        "ResetFailure",         "UnderVoltage",      "WeakSignal"};
constexpr choices charge_point_status = {"Available",     "Preparing",   "Charging",
                                         "SuspendedEVSE", "SuspendedEV", "Finishing",
                                         "Reserved",      "Unavailable", "Faulted"};
constexpr member status_notification_members[] = {
    integer("connectorId").need().at_least(0),
    choice("errorCode", error_code).need().let(tolerance::unknown_choice),
    choice("status", charge_point_status).need().let(tolerance::unknown_choice),
    text("info", 50).let(long_text),
    date_time("timestamp").let(tolerance::bad_time),
    text("vendorId", 255).let(long_text),
    text("vendorErrorCode", 50).let(long_text),
};
constexpr schema status_notification{status_notification_members};

constexpr choices stop_reason = {"EmergencyStop", "EVDisconnected", "HardReset",   "Local",
                                 "Other",         "PowerLoss",      "Reboot",      "Remote",
                                 "SoftReset",     "UnlockCommand",  "DeAuthorized"};
constexpr member stop_transaction_members[] = {
    integer("transactionId").need().let(all), integer("meterStop").need().let(all),
    date_time("timestamp").need().let(all),   text("idTag", 20).let(all),
    choice("reason", stop_reason).let(all),   list("transactionData", meter_value).let(all),
};
constexpr schema stop_transaction{stop_transaction_members};
constexpr member stop_answer_members[] = {object("idTagInfo", id_tag_info)};
constexpr schema stop_answer{stop_answer_members};

constexpr std::array<call_spec, action_count> rows{{
    {action::authorize, "Authorize", &authorize, &authorize_answer},
    {action::boot_notification, "BootNotification", &boot_notification, &boot_answer},
    {action::data_transfer, "DataTransfer", &data_transfer, &data_transfer_answer},
    {action::diagnostics_status_notification, "DiagnosticsStatusNotification", &diagnostics, &nothing},
    {action::firmware_status_notification, "FirmwareStatusNotification", &firmware, &nothing},
    {action::heartbeat, "Heartbeat", &nothing, &heartbeat_answer},
    {action::log_status_notification, "LogStatusNotification", &log, &nothing},
    {action::meter_values, "MeterValues", &meter_values, &nothing},
    {action::security_event_notification, "SecurityEventNotification", &security_event, &nothing},
    {action::sign_certificate, "SignCertificate", &sign_certificate, &status_only},
    {action::signed_firmware_status_notification, "SignedFirmwareStatusNotification", &signed_firmware,
     &nothing},
    {action::start_transaction, "StartTransaction", &start_transaction, &start_answer},
    {action::status_notification, "StatusNotification", &status_notification, &nothing},
    {action::stop_transaction, "StopTransaction", &stop_transaction, &stop_answer},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].id) != i) return false;
    return true;
}
static_assert(in_order());

} // namespace
} // namespace tables

std::span<const call_spec> calls() noexcept {
    return tables::rows;
}
const call_spec& spec_of(action a) noexcept {
    return tables::rows[static_cast<std::size_t>(a)];
}
std::string_view to_string(action a) noexcept {
    return spec_of(a).name;
}

const call_spec* find_call(std::string_view name) noexcept {
    for (const auto& row : tables::rows)
        if (row.name == name) return &row;
    return nullptr;
}

call_error_code unknown_action_code(std::string_view name) noexcept {
    return find_command(name) != nullptr ? call_error_code::not_supported : call_error_code::not_implemented;
}

verdict check_call(const call_spec& call, const boost::json::object& payload) {
    return check(*call.request, payload, check_mode::lenient);
}

} // namespace voltlane::ocpp::v16
