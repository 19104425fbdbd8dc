#pragma once

#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// GET /api/commands/ (paged as sessions are) and /api/commands/<id>/: the life of commands.
class command_log_routes {
public:
    explicit command_log_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);

    pg::pool& database_;
};

} // namespace voltlane::api
