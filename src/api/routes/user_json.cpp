#include "api/routes/user_json.hpp"

#include "api/json_text.hpp"

namespace voltlane::api {

std::string user_json(const store::account& a, timestamp now) {
    std::string profile = "{";
    jsonio::append_member(profile, "expired", a.expires_at && *a.expires_at <= now);
    append_time_or_null(profile, "expiry_date", a.expires_at);

    std::string out = "{";
    jsonio::append_member(out, "id", a.id());
    jsonio::append_member(out, "username", std::string_view(a.username));
    jsonio::append_member(out, "email", std::string_view(a.email));
    jsonio::append_member(out, "first_name", std::string_view(a.first_name));
    jsonio::append_member(out, "last_name", std::string_view(a.last_name));
    jsonio::append_member(out, "is_active", a.is_active && a.email_verified && a.is_approved);
    jsonio::append_member(out, "is_staff", a.role == domain::role::super_admin);
    jsonio::append_raw_member(out, "profile", profile + "}");
    jsonio::append_member(out, "role", domain::to_string(a.role));
    append_or_null(out, "user_type", a.user_type);
    jsonio::append_member(out, "date_joined", std::string_view(format_seconds(a.date_joined)));
    return out + "}";
}

} // namespace voltlane::api
