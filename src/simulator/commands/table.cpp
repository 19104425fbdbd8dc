#include "simulator/commands/table.hpp"

#include "shared/base/json.hpp"
#include "simulator/commands/handlers.hpp"

#include <algorithm>
#include <array>

namespace voltlane::simulator {
namespace {

constexpr auto rows = std::to_array<command_row>({
    {"CancelReservation", commands::cancel_reservation},
    {"CertificateSigned", commands::certificate_signed},
    {"ChangeAvailability", commands::change_availability},
    {"ChangeConfiguration", commands::change_configuration},
    {"ClearCache", commands::clear_cache},
    {"ClearChargingProfile", commands::clear_charging_profile},
    {"DataTransfer", commands::data_transfer},
    {"DeleteCertificate", commands::delete_certificate},
    {"ExtendedTriggerMessage", commands::extended_trigger_message},
    {"GetCompositeSchedule", commands::get_composite_schedule},
    {"GetConfiguration", commands::get_configuration},
    {"GetDiagnostics", commands::get_diagnostics},
    {"GetInstalledCertificateIds", commands::get_installed_certificate_ids},
    {"GetLocalListVersion", commands::get_local_list_version},
    {"GetLog", commands::get_log},
    {"InstallCertificate", commands::install_certificate},
    {"RemoteStartTransaction", commands::remote_start},
    {"RemoteStopTransaction", commands::remote_stop},
    {"ReserveNow", commands::reserve_now},
    {"Reset", commands::reset},
    {"SendLocalList", commands::send_local_list},
    {"SetChargingProfile", commands::set_charging_profile},
    {"SignedUpdateFirmware", commands::signed_update_firmware},
    {"TriggerMessage", commands::trigger_message},
    {"UnlockConnector", commands::unlock_connector},
    {"UpdateFirmware", commands::update_firmware},
});
static_assert(std::is_sorted(rows.begin(), rows.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

} // namespace

std::span<const command_row> command_table() noexcept {
    return rows;
}

command_handler find_handler(std::string_view name) noexcept {
    const auto at = std::find_if(rows.begin(), rows.end(), [name](const auto& r) { return r.name == name; });
    return at == rows.end() ? nullptr : at->handle;
}

reply status_reply(std::string_view status) {
    reply r;
    r.payload = "{";
    jsonio::append_member(r.payload, "status", status);
    r.payload += '}';
    r.status = status;
    return r;
}

reply payload_reply(std::string payload) {
    reply r;
    r.payload = std::move(payload);
    r.status = "Answered";
    return r;
}

reply error_reply(ocpp::call_error_code code, std::string text) {
    reply r;
    r.code = code;
    r.text = std::move(text);
    r.status = to_string(code);
    return r;
}

} // namespace voltlane::simulator
