#pragma once

#include "api/call.hpp"
#include "api/downloads.hpp"
#include "api/limits/rate_limits.hpp"
#include "shared/http/body_stream.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Id tags as files (super_admin): GET /api/id-tags/export.csv and POST /api/id-tags/import/, which takes what
// the export gives. Lines that are right are applied, all in one transaction; the answer says what was wrong
// with the others. E-mails that are not members' count as lookups (rate::lookups); above that rate their
// lines are reported.
class id_tag_import_routes {
public:
    // The exports share one desk, and its bounds.
    id_tag_import_routes(pg::pool& database, std::shared_ptr<download_desk> desk, rate_limits& rates)
        : database_(database)
        , desk_(std::move(desk))
        , rates_(rates) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> export_all(http::request& r, call& c);
    async::awaitable<http::response> import(http::request& r, call& c);
    async::awaitable<void> write_all(http::body_stream& out, std::shared_ptr<const download> d);

    pg::pool& database_;
    std::shared_ptr<download_desk> desk_;
    rate_limits& rates_;
};

} // namespace voltlane::api
