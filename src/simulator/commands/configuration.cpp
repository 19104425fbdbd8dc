#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

#include <set>

namespace voltlane::simulator::commands {
namespace {

std::string_view to_string(change_outcome o) {
    switch (o) {
    case change_outcome::accepted: return "Accepted";
    case change_outcome::rejected: return "Rejected";
    case change_outcome::reboot_required: return "RebootRequired";
    case change_outcome::not_supported: return "NotSupported";
    }
    return "Rejected";
}

} // namespace

reply change_configuration(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto name = text(payload, "key");
    const auto outcome = cp.change_settings().change(name, text(payload, "value"));
    if (outcome == change_outcome::accepted) cp.on_setting_changed(name, now);
    return status_reply(to_string(outcome));
}

reply get_configuration(charge_point& cp, const boost::json::object& payload, timestamp) {
    const auto* asked = jsonio::find_array(payload, "key");
    const auto most = static_cast<std::size_t>(cp.settings().integer(key::get_configuration_max_keys));
    if (asked != nullptr && asked->size() > most)
        return error_reply(ocpp::call_error_code::occurence_constraint_violation,
                           "more keys than GetConfigurationMaxKeys");
    std::string known;
    std::string unknown;
    if (asked == nullptr || asked->empty()) {
        for (const auto name : cp.settings().readable_names())
            cp.settings().append_entry(known, name);
    } else {
        for (const auto& item : *asked) {
            const std::string_view name = item.get_string();
            if (cp.settings().append_entry(known, name)) continue;
            if (!unknown.empty()) unknown += ',';
            jsonio::append_string(unknown, name);
        }
    }
    std::string out = "{";
    jsonio::append_raw_member(out, "configurationKey", "[" + known + "]");
    if (!unknown.empty()) jsonio::append_raw_member(out, "unknownKey", "[" + unknown + "]");
    return payload_reply(out + "}");
}

} // namespace voltlane::simulator::commands
