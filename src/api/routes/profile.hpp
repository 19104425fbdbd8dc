#pragma once

#include "api/call.hpp"
#include "api/user_types/catalog.hpp"
#include "shared/pg/pool.hpp"

#include <string>

namespace voltlane::api {

// GET /api/me/, and GET, PUT and PATCH /api/auth/profile/ (PUT may be partial, read-only fields are ignored).
class profile_routes {
public:
    profile_routes(pg::pool& database, std::string public_gateway_url, const user_type_catalog& types)
        : database_(database)
        , public_gateway_url_(std::move(public_gateway_url))
        , types_(types) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> me(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> change(http::request& r, call& c);

    pg::pool& database_;
    std::string public_gateway_url_;
    const user_type_catalog& types_;
};

} // namespace voltlane::api
