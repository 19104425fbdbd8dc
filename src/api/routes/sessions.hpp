#pragma once

#include "api/call.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Reads of sessions: the list, one, its meter values. See also revenue and session_decisions.
class session_routes {
public:
    session_routes(pg::pool& database, pg::pool& searches, const clock& c)
        : database_(database)
        , searches_(searches)
        , clock_(c) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> meter_values(http::request& r, call& c);

    pg::pool& database_;
    pg::pool& searches_;
    const clock& clock_;
};

// A path's <id> as a session; nullopt: no positive integer.
std::optional<session_id> session_of(const http::request& r);

} // namespace voltlane::api
