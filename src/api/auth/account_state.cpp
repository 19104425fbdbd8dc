#include "api/auth/account_state.hpp"

#include "shared/base/json.hpp"

namespace voltlane::api {
namespace {

// Waiting and refused are told apart, and a refusal gives its reason.
account_bar not_approved(const store::account& a) {
    account_bar bar{"Account not approved", "account_not_approved", {}};
    std::string members = "{";
    jsonio::append_member(members, "approval", a.refused_at ? "refused" : "pending");
    if (a.refused_at) {
        jsonio::append_member(members, "refused_at", std::string_view(format_seconds(*a.refused_at)));
        jsonio::append_member(members, "refusal_reason", std::string_view(a.refusal_reason));
    }
    members.front() = ',';
    bar.members = std::move(members);
    return bar;
}

} // namespace

account_bar bar_of(const store::account& a, timestamp now) {
    if (!a.is_active) return {"Account deactivated", "account_deactivated", {}};
    if (a.expires_at && *a.expires_at <= now) return {"Account expired", "account_expired", {}};
    if (!a.email_verified) return {"E-mail not verified", "email_not_verified", {}};
    if (!a.is_approved) return not_approved(a);
    return {};
}

std::string bar_json(const account_bar& bar) {
    std::string out = "{";
    jsonio::append_member(out, "detail", bar.detail);
    jsonio::append_member(out, "code", bar.code);
    return out + bar.members + "}";
}

} // namespace voltlane::api
