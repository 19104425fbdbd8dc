#pragma once

#include "shared/base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace voltlane::domain {

enum class role : std::int16_t { user = 0, super_admin = 1 };
std::string_view to_string(role r);
std::optional<role> parse_role(std::string_view text);

// Who asks. A driver who belongs to nobody has no tenant; a super_admin always has one.
struct caller {
    account_id account;
    std::optional<tenant_id> tenant;
    domain::role role = domain::role::user;
};

// A session as seen by these rules: where it took place and whose it is (session::owner()).
struct session_facts {
    tenant_id tenant;
    std::optional<account_id> owner;
};

// A charge point as seen by these rules. `granted`: the caller has a price of its own there or a tag of that
// tenant.
struct charge_point_facts {
    tenant_id tenant;
    bool granted = false;
};

// What is not seen is answered 404, what is seen but not allowed 403.
bool sees_session(const caller& who, const session_facts& session);
// A tenant's super_admin and members see all of its charge points, a driver without a tenant those granted to
// it; nobody another tenant's.
bool sees_charge_point(const caller& who, const charge_point_facts& charge_point);
bool manages_charge_point(const caller& who, const charge_point_facts& charge_point); // PATCH, DELETE, prices
bool decides_session(const caller& who, const session_facts& session);                // close, review
// `stops`: the session a RemoteStopTransaction names. A super_admin may send everything; whoever may use a
// charge point may start there, and stop its own session.
bool may_command(const caller& who, const charge_point_facts& charge_point, std::string_view action,
                 const std::optional<session_facts>& stops);
bool sees_command(const caller& who, tenant_id tenant, account_id given_by);
bool administers(const caller& who, tenant_id tenant); // tags, statistics, members

} // namespace voltlane::domain
