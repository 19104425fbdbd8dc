#pragma once

#include "api/call.hpp"
#include "api/live/presence_view.hpp"
#include "shared/pg/pool.hpp"

#include <functional>

namespace voltlane::api {

// /api/charge-points/: list, create, show, change, delete (soft).
class charge_point_routes {
public:
    // Tells the sessions' pool that a charge point is gone, so that its open sessions end.
    using abandon_sessions =
        std::function<async::awaitable<void>(charger_key, account_id by, std::size_t shard)>;

    charge_point_routes(pg::pool& database, const presence_view& presence, abandon_sessions abandon)
        : database_(database)
        , presence_(presence)
        , abandon_(std::move(abandon)) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> create(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> change(http::request& r, call& c);
    async::awaitable<http::response> remove(http::request& r, call& c);

    pg::pool& database_;
    const presence_view& presence_;
    abandon_sessions abandon_;
};

// A path's <pk> in canonical form; empty: no charge point can be called that.
std::string charge_point_of(const http::request& r);

} // namespace voltlane::api
