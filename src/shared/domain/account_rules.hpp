#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/visibility.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace voltlane::domain {

// The user types that every deployment has: who owns a tenant, and who waits to become a member of one.
inline constexpr std::string_view customer_type = "CUSTOMER";
inline constexpr std::string_view customer_user_type = "CUSTOMER_USER";

// What a super_admin may change about an account of its tenant. nullopt: left alone, an inner nullopt: set to
// none.
struct account_change {
    std::optional<bool> active;
    std::optional<domain::role> role;
    std::optional<std::optional<std::string>> user_type;
    std::optional<std::optional<timestamp>> expires_at;
};

// The account as it stands.
struct account_standing {
    account_id id;
    bool founder = false; // of the tenant
    bool active = true;
    domain::role role = domain::role::user;
    std::optional<std::string> user_type;
    std::optional<timestamp> expires_at;
};

// Why a change is refused, for people: the field and the message of a 400.
struct change_refusal {
    std::string_view field, message;
};

// `who` administers the account's tenant. Nobody takes its own rights, and nobody takes the founder's: so a
// tenant always keeps a super_admin. A founder is a CUSTOMER, and nobody else of its tenant is.
std::optional<change_refusal> refuse_change(account_id who, const account_standing& account,
                                            const account_change& change, timestamp now);
// The same for leaving the tenant.
std::optional<change_refusal> refuse_removal(account_id who, const account_standing& account);

// Whether the change takes or gives rights, so that login sessions made before it end.
bool ends_login_sessions(const account_standing& account, const account_change& change, timestamp now);
// Whether gateways must hear of the account's tags.
bool touches_tags(const account_standing& account, const account_change& change);

} // namespace voltlane::domain
