#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

namespace voltlane::simulator::commands {
namespace {

using job = charge_point::job;

// The connector that is meant: -1 for all; nullopt where it does not exist.
std::optional<int> meant(charge_point& cp, const boost::json::object& payload) {
    const auto id = integer(payload, "connectorId");
    if (!id) return -1;
    if (*id != 0 && cp.find_connector(*id) == nullptr) return std::nullopt;
    return static_cast<int>(*id);
}

// False: not one of the messages that both kinds of trigger know.
bool send_common(charge_point& cp, std::string_view message, int connector, timestamp now) {
    if (message == "BootNotification")
        cp.send_boot(true, now);
    else if (message == "Heartbeat")
        cp.send_heartbeat(true, now);
    else if (message == "MeterValues")
        cp.send_samples(connector, true, now);
    else if (message == "StatusNotification")
        cp.send_statuses(connector, true, now);
    else
        return false;
    return true;
}

} // namespace

reply trigger_message(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto connector = meant(cp, payload);
    if (!connector) return status_reply("Rejected");
    const auto message = text(payload, "requestedMessage");
    if (!send_common(cp, message, *connector, now)) {
        const bool firmware = message == "FirmwareStatusNotification";
        cp.send_job_status(firmware ? job::firmware : job::diagnostics, true);
    }
    return status_reply("Accepted");
}

reply extended_trigger_message(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto connector = meant(cp, payload);
    if (!connector) return status_reply("Rejected");
    const auto message = text(payload, "requestedMessage");
    if (message == "LogStatusNotification")
        cp.send_job_status(job::log, true);
    else if (message == "FirmwareStatusNotification")
        cp.send_job_status(job::firmware, true, true);
    else if (message == "SignChargePointCertificate")
        cp.send_signing_request();
    else
        send_common(cp, message, *connector, now);
    return status_reply("Accepted");
}

} // namespace voltlane::simulator::commands
