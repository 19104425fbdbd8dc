#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/logins.hpp"
#include "api/auth/refreshes.hpp"
#include "api/auth/revocations.hpp"
#include "api/auth/tokens.hpp"
#include "api/call.hpp"
#include "api/user_types/catalog.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/auth/: login, refresh and token/refresh (no rotation here), token/verify, logout.
class login_routes {
public:
    login_routes(pg::pool& database, logins l, refreshes f, const tokens& t, authenticator& a, revocations& r,
                 activity& used, const user_type_catalog& types)
        : database_(database)
        , logins_(l)
        , refreshes_(f)
        , tokens_(t)
        , authenticator_(a)
        , revocations_(r)
        , activity_(used)
        , types_(types) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> log_in(http::request& r, call& c);
    async::awaitable<http::response> refresh(http::request& r, call& c);
    async::awaitable<http::response> verify(http::request& r, call& c);
    async::awaitable<http::response> log_out(http::request& r, call& c);

    pg::pool& database_;
    logins logins_;
    refreshes refreshes_;
    const tokens& tokens_;
    authenticator& authenticator_;
    revocations& revocations_;
    activity& activity_;
    const user_type_catalog& types_;
};

} // namespace voltlane::api
