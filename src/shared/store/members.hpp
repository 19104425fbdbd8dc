#pragma once

#include "shared/base/ids.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/store/login_sessions.hpp"

#include <optional>
#include <string_view>
#include <vector>

// Who belongs to a tenant: `accounts.tenant_id` and what hangs on it. Writer: api.
namespace voltlane::store {

// Whether an account of that e-mail is a member there. Other tenants' accounts are not asked about.
bool is_member(pg::transaction& t, tenant_id tenant, std::string_view email);

// Makes an account without a tenant a verified, approved CUSTOMER_USER (role user) of the tenant, ends its
// login sessions and tells the gateways and integrations. `parent`: the tenant's founder. nullopt: it belongs
// to a tenant.
std::optional<std::vector<revoked_session>> join_tenant(pg::transaction& t, account_id account,
                                                        tenant_id tenant, std::optional<account_id> parent);

// Takes an account out of its tenant: it goes on as a driver of nobody. What it was given there ends: its
// login sessions, its prices and grants at the tenant's charge points, the invitations it sent; its tags
// there are blocked and nobody's, until the tenant gives them to somebody. What it charged stays its own.
// nullopt: no member there.
std::optional<std::vector<revoked_session>> leave_tenant(pg::transaction& t, account_id account,
                                                         tenant_id tenant);

} // namespace voltlane::store
