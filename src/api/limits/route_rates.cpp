#include "api/limits/route_rates.hpp"

#include "api/form.hpp"
#include "shared/base/unicode.hpp"

#include <array>
#include <limits>

namespace voltlane::api {
namespace {

constexpr std::array table{
    route_rate{"POST", "/api/auth/login/", rate::login, "username"},
    route_rate{"POST", "/api/v1/auth/token/", rate::login, "username"},
    route_rate{"POST", "/api/auth/password/reset/", rate::reset, "email"},
    route_rate{"POST", "/api/auth/password/reset/confirm/", rate::reset, "uid"},
    route_rate{"POST", "/api/auth/verify-email/resend/", rate::reset, "email"},
    route_rate{"POST", "/api/members/invitations/", rate::reset, "email"},
    route_rate{"POST", "/api/members/invitations/", rate::invitations, ""},
    route_rate{"POST", "/api/charge-points/<pk>/user-prices/", rate::lookups, ""},
    route_rate{"POST", "/api/charge-points/<pk>/grants/", rate::lookups, ""},
    route_rate{"POST", "/api/id-tags/", rate::lookups, "", "user_email"},
    route_rate{"PATCH", "/api/id-tags/<id>/", rate::lookups, "", "user_email"},
    route_rate{"POST", "/api/auth/invitations/accept/", rate::registration, ""},
    route_rate{"POST", "/api/auth/signup/", rate::registration, ""},
    route_rate{"POST", "/api/auth/register/", rate::registration, ""},
    route_rate{"POST", "/api/charge-points/<pk>/command/", rate::commands, ""},
};

} // namespace

std::span<const route_rate> route_rates() noexcept {
    return table;
}

std::vector<const route_rate*> find_route_rates(std::string_view method, std::string_view pattern) {
    std::vector<const route_rate*> found;
    for (const auto& r : table)
        if (r.method == method && r.pattern == pattern) found.push_back(&r);
    return found;
}

std::string counted_account(const route_rate& r, const json_input& body, std::string_view caller) {
    if (!r.counted_with.empty() && body.find(r.counted_with) == nullptr) return {};
    if (r.account_member.empty()) return std::string(caller);
    // As the handler's form reads it, numbers too; what that refuses, names nobody.
    constexpr auto any_length = std::numeric_limits<std::size_t>::max();
    form f(body);
    return fold_name(
        f.text(r.account_member, {.may_be_blank = true, .may_be_null = true, .most = any_length}));
}

} // namespace voltlane::api
