#pragma once

#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/v1/auth/: the caller itself (users/me/), its login sessions and their end (sessions/, logout/all/).
class login_session_routes {
public:
    // Newest sessions that a list holds; older ones end with revoke_all or by themselves.
    static constexpr std::int64_t most_listed = 500;

    login_session_routes(pg::pool& database, revocations& r, const clock& now)
        : database_(database)
        , revocations_(r)
        , clock_(now) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> me(http::request& r, call& c);
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> revoke(http::request& r, call& c);
    async::awaitable<http::response> revoke_all(http::request& r, call& c);
    async::awaitable<http::response> log_out_everywhere(http::request& r, call& c);
    // How many active ones ended.
    async::awaitable<std::int64_t> end_all(call& c, std::optional<std::int64_t> except);

    pg::pool& database_;
    revocations& revocations_;
    const clock& clock_;
};

} // namespace voltlane::api
