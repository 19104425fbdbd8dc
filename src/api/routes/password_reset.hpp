#pragma once

#include "api/auth/login_guard.hpp"
#include "api/auth/passwords.hpp"
#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "api/metrics.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// POST /api/auth/password/reset/ (asks for the mail) and /api/auth/password/reset/confirm/ (its link, and the
// new password).
class password_reset_routes {
public:
    password_reset_routes(pg::pool& database, passwords& p, login_guard& g, revocations& r, metrics& m)
        : database_(database)
        , passwords_(p)
        , guard_(g)
        , revocations_(r)
        , metrics_(m) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> ask(http::request& r, call& c);
    async::awaitable<http::response> confirm(http::request& r, call& c);

    pg::pool& database_;
    passwords& passwords_;
    login_guard& guard_;
    revocations& revocations_;
    metrics& metrics_;
};

} // namespace voltlane::api
