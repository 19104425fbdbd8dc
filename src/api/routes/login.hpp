#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/login_guard.hpp"
#include "api/auth/passwords.hpp"
#include "api/auth/revocations.hpp"
#include "api/auth/tokens.hpp"
#include "api/call.hpp"
#include "api/metrics.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/auth/: login, refresh and token/refresh (no rotation here), token/verify, logout.
class login_routes {
public:
    login_routes(pg::pool& database, passwords& p, login_guard& g, const tokens& t, authenticator& a,
                 revocations& r, metrics& m)
        : database_(database)
        , passwords_(p)
        , guard_(g)
        , tokens_(t)
        , authenticator_(a)
        , revocations_(r)
        , metrics_(m) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> log_in(http::request& r, call& c);
    async::awaitable<http::response> refresh(http::request& r, call& c);
    async::awaitable<http::response> verify(http::request& r, call& c);
    async::awaitable<http::response> log_out(http::request& r, call& c);

    pg::pool& database_;
    passwords& passwords_;
    login_guard& guard_;
    const tokens& tokens_;
    authenticator& authenticator_;
    revocations& revocations_;
    metrics& metrics_;
};

} // namespace voltlane::api
