#pragma once

#include "api/call.hpp"
#include "api/downloads.hpp"
#include "api/routes/session_filter.hpp"
#include "shared/base/clock.hpp"
#include "shared/http/body_stream.hpp"
#include "shared/pg/pool.hpp"

#include <memory>

namespace voltlane::api {

// GET /api/sessions/export.csv: all sessions that the list would show, as a download.
//
// Read in pages that each go on behind the last row, every one in a short transaction of its own: memory
// stays the same however long the list is, and nobody holds a connection while the client is slow. What
// starts meanwhile is not in it. Between pages the caller's rights are looked at again. An export that cannot
// go on (revoked, expired, out of time, database away, process stops) breaks off so that the client notices.
class session_export_routes {
public:
    // The exports share one desk, and its bounds.
    session_export_routes(pg::pool& database, std::shared_ptr<download_desk> desk, const clock& c)
        : database_(database)
        , desk_(std::move(desk))
        , clock_(c) {}
    void add_to(router& table);

private:
    struct reader;
    async::awaitable<http::response> open(http::request& r, call& c);
    async::awaitable<void> run(http::body_stream& out, std::shared_ptr<reader> r);
    async::awaitable<bool> write_all(http::body_stream& out, reader& r);

    pg::pool& database_;
    std::shared_ptr<download_desk> desk_;
    const clock& clock_;
};

// The header line, and a page's rows.
std::string session_csv_header();
std::string session_csv(const std::vector<store::session_row>& rows, timestamp now);

} // namespace voltlane::api
