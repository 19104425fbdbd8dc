#include "api/routes/account_json.hpp"

#include "api/json_text.hpp"
#include "api/user_types/profile_values.hpp"

namespace voltlane::api {

std::string profile_json(const store::account& a, const declarations& d) {
    std::string out = "{";
    jsonio::append_member(out, "id", a.id());
    jsonio::append_member(out, "username", std::string_view(a.username));
    jsonio::append_member(out, "email", std::string_view(a.email));
    jsonio::append_member(out, "first_name", std::string_view(a.first_name));
    jsonio::append_member(out, "last_name", std::string_view(a.last_name));
    jsonio::append_member(out, "full_name", std::string_view(a.full_name()));
    append_or_null(out, "birthday", a.birthday);
    append_or_null(out, "date_of_birth", a.birthday);
    append_or_null(out, "gender", a.gender);
    append_or_null(out, "user_type", a.user_type);
    jsonio::append_member(out, "role", domain::to_string(a.role));
    append_or_null(out, "parent_customer_id", a.parent ? std::optional((*a.parent)()) : std::nullopt);
    jsonio::append_member(out, "is_approved", a.is_approved);
    append_time_or_null(out, "approved_at", a.approved_at);
    jsonio::append_member(out, "date_joined", std::string_view(format_seconds(a.date_joined)));
    append_or_null(out, "phone", a.phone);
    append_or_null(out, "phone_number", a.phone);
    append_declared(out, d, a.user_type.value_or(std::string()), a.type_profile);
    return out + "}";
}

std::string profile_answer(const store::account& a, const declarations& d) {
    const std::string profile = profile_json(a, d);
    std::string out = profile.substr(0, profile.size() - 1);
    jsonio::append_member(out, "success", true);
    jsonio::append_raw_member(out, "user", profile);
    return out + "}";
}

std::string me_json(const store::account& a, std::string_view tenant_ws) {
    std::string out = "{";
    jsonio::append_member(out, "id", a.id());
    jsonio::append_member(out, "email", std::string_view(a.email));
    jsonio::append_member(out, "role", domain::to_string(a.role));
    append_or_null(out, "tenant_id", a.tenant ? std::optional((*a.tenant)()) : std::nullopt);
    append_or_null(out, "tenant_ws",
                   tenant_ws.empty() ? std::nullopt : std::optional(std::string(tenant_ws)));
    jsonio::append_member(out, "username", std::string_view(a.username));
    jsonio::append_member(out, "full_name", std::string_view(a.full_name()));
    append_or_null(out, "phone", a.phone);
    return out + "}";
}

} // namespace voltlane::api
