#pragma once

#include "api/call.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// Sums: revenue, revenue month over month, charge points by status.
class figure_routes {
public:
    figure_routes(pg::pool& database, const clock& c) : database_(database), clock_(c) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> revenue(http::request& r, call& c);
    async::awaitable<http::response> months(http::request& r, call& c);
    async::awaitable<http::response> statuses(http::request& r, call& c);

    pg::pool& database_;
    const clock& clock_;
};

} // namespace voltlane::api
