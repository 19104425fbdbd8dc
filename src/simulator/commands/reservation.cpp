#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

#include <algorithm>

namespace voltlane::simulator::commands {
namespace {

// Why a connector cannot be reserved; empty: it can.
std::string_view obstacle(const connector& c) {
    if (c.status() == connector_status::faulted) return "Faulted";
    if (!c.operative()) return "Unavailable";
    return c.occupied() ? "Occupied" : "";
}

} // namespace

reply reserve_now(charge_point& cp, const boost::json::object& payload, timestamp now) {
    reservation r;
    r.id = *integer(payload, "reservationId");
    r.connector = static_cast<int>(std::clamp<std::int64_t>(*integer(payload, "connectorId"), -1, 1000));
    r.tag = text(payload, "idTag");
    r.until = time(payload, "expiryDate").value_or(now);
    auto* c = cp.find_connector(r.connector);
    if (r.until <= now || (r.connector != 0 && c == nullptr)) return status_reply("Rejected");
    if (r.connector == 0) {
        if (!cp.settings().flag(key::reserve_zero)) return status_reply("Rejected");
        std::string_view why;
        for (auto& any : cp.connectors()) {
            why = obstacle(any);
            if (why.empty()) break;
        }
        if (!why.empty()) return status_reply(why);
    } else {
        const auto* there = cp.reserved().at_connector(r.connector);
        if (const auto why = obstacle(*c); !why.empty()) return status_reply(why);
        if (there != nullptr && there->id != r.id) return status_reply("Occupied");
    }
    const int before = cp.reserved().cancel(r.id);
    const int connector = r.connector;
    cp.reserved().put(std::move(r));
    if (before > 0 && before != connector) cp.refresh_connector(before, now);
    cp.refresh_connector(connector, now);
    return status_reply("Accepted");
}

reply cancel_reservation(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const int connector = cp.reserved().cancel(*integer(payload, "reservationId"));
    if (connector < 0) return status_reply("Rejected");
    cp.refresh_connector(connector, now);
    return status_reply("Accepted");
}

} // namespace voltlane::simulator::commands
