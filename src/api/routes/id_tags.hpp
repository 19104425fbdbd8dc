#pragma once

#include "api/call.hpp"
#include "api/downloads.hpp"
#include "shared/http/body_stream.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/id-tags/: the tenant's RFID tags and whose they are (super_admin).
class id_tag_routes {
public:
    id_tag_routes(pg::pool& database, pg::pool& searches, std::shared_ptr<download_desk> desk)
        : database_(database)
        , searches_(searches)
        , desk_(std::move(desk)) {}
    void add_to(router& table);

private:
    struct piece;
    async::awaitable<piece> read_piece(pg::pool& from, tenant_id tenant, std::int64_t after,
                                       async::steady_point deadline);
    async::awaitable<void> write_rest(http::body_stream& out, piece first, download d);
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> list_page(http::request& r, call& c);
    async::awaitable<http::response> create(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    async::awaitable<http::response> change(http::request& r, call& c);
    async::awaitable<http::response> remove(http::request& r, call& c);

    pg::pool& database_;
    pg::pool& searches_;
    std::shared_ptr<download_desk> desk_;
};

} // namespace voltlane::api
