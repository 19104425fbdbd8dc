#pragma once

#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/members/: who belongs to the caller's tenant, and taking somebody out of it (super_admin).
class member_routes {
public:
    member_routes(pg::pool& database, revocations& r, const clock& c)
        : database_(database)
        , revocations_(r)
        , clock_(c) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> remove(http::request& r, call& c);

    pg::pool& database_;
    revocations& revocations_;
    const clock& clock_;
};

} // namespace voltlane::api
