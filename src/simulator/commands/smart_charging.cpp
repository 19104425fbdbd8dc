#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace voltlane::simulator::commands {
namespace {

constexpr std::int64_t most_composite_s = 7 * 86'400; // longer requests are answered for a week

// A connector that does not exist is an invalid value, not a matter of business (errata 3.38).
reply no_such_connector() {
    return error_reply(ocpp::call_error_code::property_constraint_violation,
                       "connectorId: no such connector");
}

bool exists(charge_point& cp, std::int64_t connector) {
    return connector == 0 || cp.find_connector(connector) != nullptr;
}

bool fits(charge_point& cp, const charging_profile& p) {
    const auto& settings = cp.settings();
    return p.stack_level <= settings.integer(key::max_stack_level) &&
           p.periods.size() <= static_cast<std::size_t>(settings.integer(key::max_schedule_periods)) &&
           (cp.profiles().replaces(p) ||
            cp.profiles().size() < static_cast<std::size_t>(settings.integer(key::max_profiles)));
}

// Section 3.13.1 and 5.16: which purpose may stand where.
bool is_in_place(charge_point& cp, const charging_profile& p, std::optional<std::int64_t> transaction) {
    switch (p.purpose) {
    case profile_purpose::charge_point_max: return p.connector == 0;
    case profile_purpose::tx_default: return true;
    case profile_purpose::tx: {
        const auto* c = cp.find_connector(p.connector);
        return c != nullptr && c->running() && (!transaction || c->running()->id == transaction);
    }
    }
    return false;
}

void append_schedule(std::string& out, const std::vector<charging_profiles::step>& steps, const supply& s,
                     std::int64_t duration, bool watts) {
    out += '{';
    jsonio::append_member(out, "duration", duration);
    jsonio::append_member(out, "chargingRateUnit", watts ? "W" : "A");
    jsonio::append_name(out, "chargingSchedulePeriod");
    out += '[';
    for (const auto& step : steps) {
        if (out.back() == '}') out += ',';
        const double limit = watts ? step.limit_w : s.amperes(step.limit_w);
        out +=
            fmt::format(R"({{"startPeriod":{},"limit":{:.1f}}})", step.start_s, std::floor(limit * 10) / 10);
    }
    out += "]}";
}

} // namespace

reply set_charging_profile(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto connector = *integer(payload, "connectorId");
    if (!exists(cp, connector)) return no_such_connector();
    const auto& given = *jsonio::find_object(payload, "csChargingProfiles");
    auto profile = read_profile(given, static_cast<int>(connector), now);
    if (!profile || !fits(cp, *profile) || !is_in_place(cp, *profile, integer(given, "transactionId")))
        return status_reply("Rejected");
    cp.profiles().install(std::move(*profile));
    return status_reply("Accepted");
}

reply clear_charging_profile(charge_point& cp, const boost::json::object& payload, timestamp) {
    profile_filter filter;
    filter.id = integer(payload, "id");
    filter.connector = integer(payload, "connectorId");
    filter.stack_level = integer(payload, "stackLevel");
    filter.purpose = parse_purpose(text(payload, "chargingProfilePurpose"));
    return status_reply(cp.profiles().clear(filter) > 0 ? "Accepted" : "Unknown");
}

reply get_composite_schedule(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto connector = *integer(payload, "connectorId");
    if (!exists(cp, connector)) return no_such_connector();
    const auto duration = std::clamp<std::int64_t>(*integer(payload, "duration"), 1, most_composite_s);
    auto s = cp.connectors().front().power_supply();
    std::optional<timestamp> tx_start;
    if (const auto* c = cp.find_connector(connector)) tx_start = c->charging_since();
    if (connector == 0) s.max_w *= static_cast<double>(cp.connectors().size());
    const auto steps = cp.profiles().composite(static_cast<int>(connector), s, tx_start, now, duration);
    auto r = status_reply("Accepted");
    r.payload.pop_back();
    jsonio::append_member(r.payload, "connectorId", connector);
    jsonio::append_member(r.payload, "scheduleStart", format_millis(now));
    jsonio::append_name(r.payload, "chargingSchedule");
    append_schedule(r.payload, steps, s, duration, text(payload, "chargingRateUnit") != "A");
    r.payload += '}';
    return r;
}

} // namespace voltlane::simulator::commands
