#pragma once

#include "api/auth/logins.hpp"
#include "api/auth/refreshes.hpp"
#include "api/call.hpp"

namespace voltlane::api {

// /api/v1/auth/: token/ and token/refresh/ (which rotates), and logout/ by a refresh token.
class token_pair_routes {
public:
    token_pair_routes(pg::pool& database, logins l, refreshes f, const tokens& t, revocations& r,
                      const clock& now)
        : database_(database)
        , logins_(l)
        , refreshes_(f)
        , tokens_(t)
        , revocations_(r)
        , clock_(now) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> obtain(http::request& r, call& c);
    async::awaitable<http::response> refresh(http::request& r, call& c);
    async::awaitable<http::response> log_out(http::request& r, call& c);

    pg::pool& database_;
    logins logins_;
    refreshes refreshes_;
    const tokens& tokens_;
    revocations& revocations_;
    const clock& clock_;
};

} // namespace voltlane::api
