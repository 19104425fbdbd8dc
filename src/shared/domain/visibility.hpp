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

// A charge point as seen by these rules.
struct charge_point_facts {
    tenant_id tenant;
    bool is_private = false;
    bool priced = false;  // the caller has a price of its own there, in force now
    bool granted = false; // the caller is on its list of who may use it while it is private
};

// What a command is about, where the rules ask for it.
struct command_facts {
    // Of a RemoteStopTransaction: the session it names. A raw transaction id names none.
    std::optional<session_facts> stops;
    // Of a RemoteStartTransaction: the tag is registered to the caller in the charge point's tenant and would
    // be accepted now.
    bool own_tag = false;
};

// What is not seen is answered 404, what is seen but not allowed 403.

// A super_admin sees its tenant's sessions, everybody else its own, wherever they took place.
bool sees_session(const caller& who, const session_facts& session);
// All of the own tenant's. Elsewhere a `user` sees the public ones where it was given a price and the private
// ones it was granted; a tag grants nothing by itself. A super_admin sees nothing elsewhere.
bool sees_charge_point(const caller& who, const charge_point_facts& charge_point);
bool manages_charge_point(const caller& who, const charge_point_facts& charge_point); // PATCH, DELETE, prices
bool decides_session(const caller& who, const session_facts& session);                // close, review
// A super_admin may send everything to its tenant's. Whoever else sees a charge point may start there with
// its own tags and stop its own sessions.
bool may_command(const caller& who, const charge_point_facts& charge_point, std::string_view action,
                 const command_facts& about);
bool sees_command(const caller& who, tenant_id tenant, account_id given_by);
bool administers(const caller& who, tenant_id tenant); // tags, statistics, members

} // namespace voltlane::domain
