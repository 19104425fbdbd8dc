#include "api/limits/route_rates.hpp"

#include <algorithm>
#include <array>

namespace voltlane::api {
namespace {

constexpr std::array table{
    route_rate{"POST", "/api/auth/login/", rate::login, "username"},
    route_rate{"POST", "/api/v1/auth/token/", rate::login, "username"},
    route_rate{"POST", "/api/auth/password/reset/", rate::reset, "email"},
    route_rate{"POST", "/api/auth/password/reset/confirm/", rate::reset, "uid"},
    route_rate{"POST", "/api/auth/verify-email/resend/", rate::reset, "email"},
    route_rate{"POST", "/api/members/invitations/", rate::reset, "email"},
    route_rate{"POST", "/api/auth/invitations/accept/", rate::registration, ""},
    route_rate{"POST", "/api/auth/signup/", rate::registration, ""},
    route_rate{"POST", "/api/auth/register/", rate::registration, ""},
    route_rate{"POST", "/api/charge-points/<pk>/command/", rate::commands, ""},
};

} // namespace

std::span<const route_rate> route_rates() noexcept {
    return table;
}

const route_rate* find_route_rate(std::string_view method, std::string_view pattern) noexcept {
    const auto* found = std::find_if(table.begin(), table.end(), [&](const route_rate& r) {
        return r.method == method && r.pattern == pattern;
    });
    return found == table.end() ? nullptr : found;
}

} // namespace voltlane::api
