#pragma once

#include "api/call.hpp"
#include "api/live/decision_desk.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// POST /api/sessions/<id>/close/ and /review/: what operators decide. 200 with the session once the sessions'
// pool has folded the decision, 202 where that takes longer.
class decision_routes {
public:
    // How long a request waits for the pool; usually it takes some 50 ms.
    static constexpr std::chrono::seconds wait{4};

    decision_routes(pg::pool& database, decision_desk& desk, const clock& c)
        : database_(database)
        , desk_(desk)
        , clock_(c) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> close(http::request& r, call& c);
    async::awaitable<http::response> review(http::request& r, call& c);
    async::awaitable<http::response> decide(http::request& r, call& c, std::string action,
                                            std::optional<std::int64_t> energy_wh);

    pg::pool& database_;
    decision_desk& desk_;
    const clock& clock_;
};

} // namespace voltlane::api
