#pragma once

#include "api/auth/passwords.hpp"
#include "api/call.hpp"
#include "api/metrics.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// POST /api/auth/signup/: an account, active at once; a super_admin gets a tenant of its own, with a new key
// for its chargers.
class signup_routes {
public:
    signup_routes(pg::pool& database, passwords& p, metrics& m)
        : database_(database)
        , passwords_(p)
        , metrics_(m) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> sign_up(http::request& r, call& c);

    pg::pool& database_;
    passwords& passwords_;
    metrics& metrics_;
};

} // namespace voltlane::api
