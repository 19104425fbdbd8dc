#pragma once

#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/charge-points/<pk>/user-prices/: what single accounts pay there (super_admin).
class user_price_routes {
public:
    explicit user_price_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> set(http::request& r, call& c);
    async::awaitable<http::response> end(http::request& r, call& c);

    pg::pool& database_;
};

} // namespace voltlane::api
