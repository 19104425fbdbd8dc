#pragma once

#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/id-tags/: the tenant's RFID tags and whose they are (super_admin).
class id_tag_routes {
public:
    explicit id_tag_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> list_page(http::request& r, call& c);
    async::awaitable<http::response> create(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> change(http::request& r, call& c);
    async::awaitable<http::response> remove(http::request& r, call& c);

    pg::pool& database_;
};

} // namespace voltlane::api
