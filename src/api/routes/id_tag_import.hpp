#pragma once

#include "api/call.hpp"
#include "shared/http/body_stream.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Id tags as files (super_admin): GET /api/id-tags/export.csv and POST /api/id-tags/import/, which takes what
// the export gives. Lines that are right are applied, all in one transaction; the answer says what was wrong
// with the others.
class id_tag_import_routes {
public:
    explicit id_tag_import_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> export_all(http::request& r, call& c);
    async::awaitable<http::response> import(http::request& r, call& c);
    async::awaitable<void> write_all(http::body_stream& out, tenant_id tenant);

    pg::pool& database_;
};

} // namespace voltlane::api
