#include "shared/domain/account_rules.hpp"

namespace voltlane::domain {
namespace {

template <class T>
bool changes(const T& now, const std::optional<T>& wanted) {
    return wanted && *wanted != now;
}

std::optional<change_refusal> refuse_for_oneself(const account_change& c, timestamp now) {
    if (c.active == false) return change_refusal{"is_active", "You cannot deactivate yourself."};
    if (c.role == role::user) return change_refusal{"role", "You cannot take your own role away."};
    if (c.expires_at && *c.expires_at && **c.expires_at <= now)
        return change_refusal{"expiry_date", "Your own account cannot expire in the past."};
    return std::nullopt;
}

std::optional<change_refusal> refuse_for_founder(const account_change& c) {
    if (c.active == false)
        return change_refusal{"is_active", "The founder of the tenant cannot be deactivated."};
    if (c.role == role::user)
        return change_refusal{"role", "The founder of the tenant stays its super_admin."};
    if (c.expires_at && *c.expires_at)
        return change_refusal{"expiry_date", "The founder of the tenant cannot be made to expire."};
    return std::nullopt;
}

} // namespace

std::optional<change_refusal> refuse_change(account_id who, const account_standing& a,
                                            const account_change& c, timestamp now) {
    if (a.id == who) {
        if (auto refused = refuse_for_oneself(c, now)) return refused;
    } else if (a.founder) {
        if (auto refused = refuse_for_founder(c)) return refused;
    }
    if (!changes(a.user_type, c.user_type)) return std::nullopt;
    if (a.founder) return change_refusal{"user_type", "The founder of a tenant is a CUSTOMER."};
    if (*c.user_type == customer_type)
        return change_refusal{"user_type", "Only the founder of a tenant is a CUSTOMER."};
    return std::nullopt;
}

std::optional<change_refusal> refuse_removal(account_id who, const account_standing& a) {
    if (a.founder) return change_refusal{"non_field_errors", "The founder of the tenant cannot be removed."};
    if (a.id == who) return change_refusal{"non_field_errors", "You cannot remove yourself."};
    return std::nullopt;
}

bool ends_login_sessions(const account_standing& a, const account_change& c, timestamp now) {
    const bool expires = c.expires_at && *c.expires_at && **c.expires_at <= now;
    return changes(a.active, c.active) || changes(a.role, c.role) || changes(a.user_type, c.user_type) ||
           expires;
}

bool touches_tags(const account_standing& a, const account_change& c) {
    return changes(a.active, c.active) || changes(a.user_type, c.user_type) ||
           changes(a.expires_at, c.expires_at);
}

} // namespace voltlane::domain
