#pragma once

#include "shared/ocpp/v16/schema.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// What a 1.6 charge point may send: the 10 core calls and the security extension's 4.
namespace voltlane::ocpp::v16 {

enum class action : std::uint8_t {
    authorize,
    boot_notification,
    data_transfer,
    diagnostics_status_notification,
    firmware_status_notification,
    heartbeat,
    log_status_notification,
    meter_values,
    security_event_notification,
    sign_certificate,
    signed_firmware_status_notification,
    start_transaction,
    status_notification,
    stop_transaction,
};
inline constexpr std::size_t action_count = static_cast<std::size_t>(action::stop_transaction) + 1;

struct call_spec {
    action id;
    std::string_view name; // on the wire
    const schema* request;
    const schema* response;
};

// All 14, in the order of `action`.
std::span<const call_spec> calls() noexcept;
const call_spec& spec_of(action a) noexcept;
std::string_view to_string(action a) noexcept;

// By exact name (action names are case-sensitive, OCPP-J 4.2.1); nullptr where it is none of the 14.
const call_spec* find_call(std::string_view name) noexcept;

// The CALLERROR code for a name that find_call does not know: NotSupported for the central system's own
// commands sent by a charger, else NotImplemented.
call_error_code unknown_action_code(std::string_view name) noexcept;

// A charger's request, leniently (field-notes "decided"): StopTransaction and MeterValues always pass,
// StartTransaction fails only over idTag and connectorId, over-long text of BootNotification and idTags
// passes; what passed is in `quirks`.
verdict check_call(const call_spec& call, const boost::json::object& payload);

} // namespace voltlane::ocpp::v16
