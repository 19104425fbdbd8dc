#pragma once

#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/auth/approvals/: a CUSTOMER's queue of those who registered as its CUSTOMER_USERs, and its decisions.
class approval_routes {
public:
    // Entries of the queue that one answer holds; those behind them show once these are decided.
    static constexpr std::int64_t most_listed = 200;

    explicit approval_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> decide(http::request& r, call& c);

    pg::pool& database_;
};

} // namespace voltlane::api
