#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "api/routes/session_filter.hpp"
#include "shared/base/clock.hpp"
#include "shared/http/body_stream.hpp"
#include "shared/pg/pool.hpp"

#include <atomic>
#include <memory>

namespace voltlane::api {

// GET /api/sessions/export.csv: all sessions that the list would show, as a download.
//
// Read in pages that each go on behind the last row, every one in a short transaction of its own: memory
// stays the same however long the list is, and nobody holds a connection while the client is slow. What
// starts meanwhile is not in it. Between pages the caller's rights are looked at again. An export that cannot
// go on (revoked, expired, database away, process stops) breaks off so that the client notices.
class session_export_routes {
public:
    session_export_routes(pg::pool& database, authenticator& a, revocations& v, const clock& c)
        : database_(database)
        , authenticator_(a)
        , revocations_(v)
        , clock_(c)
        , running_(std::make_shared<std::atomic<int>>(0)) {}
    void add_to(router& table);

private:
    struct reader;
    async::awaitable<http::response> open(http::request& r, call& c);
    async::awaitable<void> run(http::body_stream& out, std::shared_ptr<reader> r);
    async::awaitable<bool> write_all(http::body_stream& out, reader& r);
    async::awaitable<bool> may_go_on(reader& r);

    pg::pool& database_;
    authenticator& authenticator_;
    revocations& revocations_;
    const clock& clock_;
    std::shared_ptr<std::atomic<int>> running_; // exports of this process
};

// The header line, and a page's rows.
std::string session_csv_header();
std::string session_csv(const std::vector<store::session_row>& rows, timestamp now);

} // namespace voltlane::api
