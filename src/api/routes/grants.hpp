#pragma once

#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/charge-points/<pk>/grants/: who may use the charge point while it is private (super_admin). A grant's
// id is the account's.
class grant_routes {
public:
    explicit grant_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> add(http::request& r, call& c);
    async::awaitable<http::response> remove(http::request& r, call& c);

    pg::pool& database_;
};

} // namespace voltlane::api
