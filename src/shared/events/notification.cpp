#include "shared/events/notification.hpp"

#include "shared/events/codec.hpp"

namespace voltlane::events {

using codec::append_member;
using codec::append_optional;
using jsonio::append_member;

std::string notification_key(const notification& n) {
    const auto number = [](const auto& id) {
        return std::to_string(id ? (*id)() : 0);
    };
    return number(n.tenant) + '/' + number(n.account);
}

std::string encode(const notification& n) {
    std::string out = "{";
    append_member(out, "v", notification_version);
    append_member(out, "id", std::string_view(n.id));
    append_member(out, "kind", std::string_view(n.kind));
    append_member(out, "template", std::string_view(n.name));
    if (n.tenant) append_member(out, "tenant", (*n.tenant)());
    append_optional(out, "account", n.account);
    jsonio::append_name(out, "ids");
    out += '{';
    for (const auto& [name, id] : n.ids)
        append_member(out, name, id);
    out += '}';
    append_member(out, "at", n.at);
    return out += '}';
}

result<notification> parse_notification(std::string_view value) {
    return codec::parse_record<notification>(value, notification_version, [](codec::reader& r) {
        notification n;
        n.id = r.text("id");
        n.kind = r.text("kind");
        n.name = r.text("template");
        if (const auto tenant = r.optional_number("tenant")) n.tenant = tenant_id{*tenant};
        n.account = r.optional_account("account");
        for (const auto& [name, id] : r.object("ids")) {
            if (id.is_int64())
                n.ids.emplace(std::string_view(name), id.get_int64());
            else
                r.fail();
        }
        n.at = r.time("at");
        return n;
    });
}

} // namespace voltlane::events
