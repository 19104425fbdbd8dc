#pragma once

#include "api/call.hpp"
#include "api/routes/account_making.hpp"

namespace voltlane::api {

// POST /api/auth/signup/: an account, active at once; a super_admin gets a tenant of its own, with a new key
// for its chargers, unless the deployment makes tenants itself.
class signup_routes {
public:
    signup_routes(account_maker m, bool open_tenants) : maker_(m), open_tenants_(open_tenants) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> sign_up(http::request& r, call& c);

    account_maker maker_;
    bool open_tenants_;
};

} // namespace voltlane::api
