#pragma once

#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// GET /api/commands/ (paged as sessions are) and /api/commands/<id>/: the life of commands.
class command_log_routes {
public:
    command_log_routes(pg::pool& database, pg::pool& searches) : database_(database), searches_(searches) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);

    pg::pool& database_;
    pg::pool& searches_;
};

} // namespace voltlane::api
