#include "shared/domain/visibility.hpp"

namespace voltlane::domain {

std::string_view to_string(role r) {
    switch (r) {
    case role::user: return "user";
    case role::super_admin: return "super_admin";
    }
    return "user";
}

std::optional<role> parse_role(std::string_view text) {
    if (text == "user") return role::user;
    if (text == "super_admin") return role::super_admin;
    return std::nullopt;
}

bool administers(const caller& who, tenant_id tenant) {
    return who.role == role::super_admin && who.tenant == tenant;
}

namespace {

// A super_admin acts for its tenant alone; what it owns elsewhere (from before) it does not see in this role.
bool may_own(const caller& who) {
    return who.role == role::user || !who.tenant;
}

} // namespace

bool sees_session(const caller& who, const session_facts& session) {
    if (administers(who, session.tenant)) return true;
    return may_own(who) && session.owner == who.account;
}

bool sees_charge_point(const caller& who, const charge_point_facts& charge_point) {
    if (who.tenant == charge_point.tenant) return true;
    if (who.role != role::user) return false;
    return charge_point.is_private ? charge_point.granted : charge_point.priced;
}

bool manages_charge_point(const caller& who, const charge_point_facts& charge_point) {
    return administers(who, charge_point.tenant);
}

bool decides_session(const caller& who, const session_facts& session) {
    return administers(who, session.tenant);
}

bool may_command(const caller& who, const charge_point_facts& charge_point, std::string_view action,
                 const command_facts& about) {
    if (administers(who, charge_point.tenant)) return true;
    if (!sees_charge_point(who, charge_point)) return false;
    if (action == "RemoteStartTransaction") return about.own_tag;
    if (action == "RemoteStopTransaction")
        return about.stops && about.stops->tenant == charge_point.tenant && about.stops->owner == who.account;
    return false;
}

bool sees_command(const caller& who, tenant_id tenant, account_id given_by) {
    if (administers(who, tenant)) return true;
    return may_own(who) && given_by == who.account;
}

} // namespace voltlane::domain
