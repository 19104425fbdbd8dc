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

bool sees_session(const caller& who, const session_facts& session) {
    if (administers(who, session.tenant)) return true;
    const bool own = session.owner == who.account;
    return own && (!who.tenant || who.tenant == session.tenant);
}

bool sees_charge_point(const caller& who, const charge_point_facts& charge_point) {
    if (who.tenant) return who.tenant == charge_point.tenant;
    return who.role == role::user && charge_point.granted;
}

bool manages_charge_point(const caller& who, const charge_point_facts& charge_point) {
    return administers(who, charge_point.tenant);
}

bool decides_session(const caller& who, const session_facts& session) {
    return administers(who, session.tenant);
}

bool may_command(const caller& who, const charge_point_facts& charge_point, std::string_view action,
                 const std::optional<session_facts>& stops) {
    if (administers(who, charge_point.tenant)) return true;
    if (!sees_charge_point(who, charge_point)) return false;
    if (action == "RemoteStartTransaction") return true;
    if (action == "RemoteStopTransaction")
        return stops && stops->tenant == charge_point.tenant && stops->owner == who.account;
    return false;
}

bool sees_command(const caller& who, tenant_id tenant, account_id given_by) {
    if (administers(who, tenant)) return true;
    return given_by == who.account && (!who.tenant || who.tenant == tenant);
}

} // namespace voltlane::domain
