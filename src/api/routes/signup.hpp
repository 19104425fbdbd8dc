#pragma once

#include "api/auth/login_guard.hpp"
#include "api/auth/passwords.hpp"
#include "api/call.hpp"
#include "api/metrics.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// POST /api/auth/signup/: an account, active at once; a super_admin gets a tenant of its own, with a new key
// for its chargers.
class signup_routes {
public:
    signup_routes(pg::pool& database, passwords& p, login_guard& g, metrics& m)
        : database_(database)
        , passwords_(p)
        , guard_(g)
        , metrics_(m) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> sign_up(http::request& r, call& c);

    pg::pool& database_;
    passwords& passwords_;
    login_guard& guard_;
    metrics& metrics_;
};

} // namespace voltlane::api
