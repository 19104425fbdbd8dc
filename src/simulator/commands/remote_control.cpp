#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

#include <algorithm>

namespace voltlane::simulator::commands {
namespace {

// The connector a remote start is for: the named one, else the first where somebody could charge.
connector* choose(charge_point& cp, const boost::json::object& payload, std::string_view tag, timestamp now) {
    if (const auto id = integer(payload, "connectorId")) {
        auto* c = cp.find_connector(*id);
        return c != nullptr && c->start_remotely(tag, now) ? c : nullptr;
    }
    auto& all = cp.connectors();
    const auto at =
        std::find_if(all.begin(), all.end(), [&](connector& c) { return c.start_remotely(tag, now); });
    return at == all.end() ? nullptr : &*at;
}

} // namespace

reply remote_start(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto* given = jsonio::find_object(payload, "chargingProfile");
    std::optional<charging_profile> profile;
    if (given != nullptr) {
        profile = read_profile(*given, 0, now);
        if (!profile || profile->purpose != profile_purpose::tx) return status_reply("Rejected");
    }
    if (cp.pending()) return status_reply("Rejected"); // not allowed while Pending (section 4.2)
    auto* c = choose(cp, payload, text(payload, "idTag"), now);
    if (c == nullptr) return status_reply("Rejected");
    if (profile) {
        profile->connector = c->id();
        cp.profiles().install(std::move(*profile));
    }
    return status_reply("Accepted");
}

reply remote_stop(charge_point& cp, const boost::json::object& payload, timestamp now) {
    auto* c = cp.pending() ? nullptr : cp.find_transaction(*integer(payload, "transactionId"));
    if (c == nullptr) return status_reply("Rejected");
    c->stop("Remote", now);
    return status_reply("Accepted");
}

reply reset(charge_point& cp, const boost::json::object& payload, timestamp now) {
    cp.restart(text(payload, "type") == "Soft", now);
    return status_reply("Accepted");
}

reply unlock_connector(charge_point& cp, const boost::json::object& payload, timestamp now) {
    auto* c = cp.find_connector(*integer(payload, "connectorId"));
    if (c == nullptr) return status_reply("NotSupported"); // errata 3.85
    c->unlock(now);
    return status_reply("Unlocked");
}

reply change_availability(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const bool operative = text(payload, "type") == "Operative";
    const auto id = *integer(payload, "connectorId");
    if (id == 0) {
        bool at_once = true;
        for (auto& c : cp.connectors())
            at_once = c.set_operative(operative, now) && at_once;
        cp.set_available(operative, now);
        return status_reply(at_once ? "Accepted" : "Scheduled");
    }
    auto* c = cp.find_connector(id);
    if (c == nullptr) return status_reply("Rejected");
    return status_reply(c->set_operative(operative, now) ? "Accepted" : "Scheduled");
}

reply clear_cache(charge_point& cp, const boost::json::object&, timestamp) {
    if (!cp.settings().flag(key::authorization_cache)) return status_reply("Rejected");
    cp.cache().clear();
    return status_reply("Accepted");
}

// It understands its own vendor's transfers: without messageId, and "Echo", which returns the data.
reply data_transfer(charge_point& cp, const boost::json::object& payload, timestamp) {
    if (text(payload, "vendorId") != cp.plan().station.vendor) return status_reply("UnknownVendorId");
    const auto message = text(payload, "messageId");
    if (message.empty()) return status_reply("Accepted");
    if (message != "Echo") return status_reply("UnknownMessageId");
    auto r = status_reply("Accepted");
    r.payload.pop_back();
    jsonio::append_member(r.payload, "data", text(payload, "data"));
    r.payload += '}';
    return r;
}

} // namespace voltlane::simulator::commands
