#pragma once

#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "api/errors.hpp"
#include "shared/base/clock.hpp"
#include "shared/domain/account_rules.hpp"
#include "shared/pg/pool.hpp"

#include <cstdint>

namespace voltlane::api {

// /api/v1/auth/users/: a tenant's accounts for its super_admins: list, one (also oneself), change,
// deactivate, activate. What ends rights ends the account's login sessions.
class user_routes {
public:
    user_routes(pg::pool& database, revocations& r, const clock& c)
        : database_(database)
        , revocations_(r)
        , clock_(c) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> change(http::request& r, call& c);
    async::awaitable<http::response> set_active(http::request& r, call& c, bool active);
    async::awaitable<http::response> apply(domain::caller who, account_id id, domain::account_change wanted,
                                           field_messages errors, async::steady_point deadline);

    pg::pool& database_;
    revocations& revocations_;
    const clock& clock_;
};

// An id in a path; 0: no such id can exist.
std::int64_t id_of(const http::request& r, std::size_t parameter = 0);

} // namespace voltlane::api
