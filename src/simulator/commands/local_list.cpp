#include "simulator/charger/local_list.hpp"

#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

#include <set>

namespace voltlane::simulator::commands {
namespace {

struct update {
    std::vector<local_list::entry> entries;
    bool repeats_a_tag = false;
    bool lacks_info = false; // an entry without idTagInfo
};

update read_update(const boost::json::object& payload) {
    update u;
    const auto* list = jsonio::find_array(payload, "localAuthorizationList");
    if (list == nullptr) return u;
    std::set<std::string> seen;
    for (const auto& item : *list) {
        const auto& given = item.get_object();
        local_list::entry e;
        e.tag = text(given, "idTag");
        if (const auto* info = jsonio::find_object(given, "idTagInfo"))
            e.status = std::string(text(*info, "status"));
        else
            u.lacks_info = true;
        u.repeats_a_tag = !seen.insert(ascii_lower(e.tag)).second || u.repeats_a_tag;
        u.entries.push_back(std::move(e));
    }
    return u;
}

} // namespace

reply get_local_list_version(charge_point& cp, const boost::json::object&, timestamp) {
    const bool enabled = cp.settings().flag(key::local_list_enabled);
    std::string out = "{";
    jsonio::append_member(out, "listVersion", enabled ? cp.known_tags().version() : std::int64_t{-1});
    return payload_reply(out + "}");
}

reply send_local_list(charge_point& cp, const boost::json::object& payload, timestamp) {
    const auto& settings = cp.settings();
    if (!settings.flag(key::local_list_enabled)) return status_reply("NotSupported");
    const bool full = text(payload, "updateType") == "Full";
    const auto version = *integer(payload, "listVersion");
    const auto u = read_update(payload);
    auto& list = cp.known_tags();
    if (u.entries.size() > static_cast<std::size_t>(settings.integer(key::send_local_list_max_length)))
        return error_reply(ocpp::call_error_code::occurence_constraint_violation,
                           "more entries than SendLocalListMaxLength");
    if (u.repeats_a_tag || (full && u.lacks_info) || version < 1) return status_reply("Failed");
    if (!full && version <= list.version()) return status_reply("VersionMismatch");
    if (list.size_after(u.entries, full) >
        static_cast<std::size_t>(settings.integer(key::local_list_max_length)))
        return status_reply("Failed");
    list.apply(version, u.entries, full);
    return status_reply("Accepted");
}

} // namespace voltlane::simulator::commands
