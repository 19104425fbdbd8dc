#pragma once

#include "api/auth/authenticator.hpp"
#include "api/call.hpp"
#include "api/conventions.hpp"
#include "api/limits/rate_metrics.hpp"
#include "api/limits/route_rates.hpp"
#include "api/metrics.hpp"
#include "api/trusted_proxies.hpp"

namespace voltlane::api {

// From a request to its answer: request id, client, bounds, CORS, route, token, rights, body, handler; and
// what every answer has in common. The only place that catches what handlers throw. Any shard.
class dispatcher {
public:
    // What a request may wait for the database and password threads.
    static constexpr std::chrono::seconds time_limit{10};

    // Everything must outlive it; `routes` is complete.
    dispatcher(const router& routes, authenticator& auth, cors origins, const trusted_proxies& proxies,
               rate_limits& rates, metrics& m, rate_metrics& throttles);

    async::awaitable<http::response> handle(http::request& r);
    // The answer to what the HTTP layer refused by itself.
    http::response refuse(const http::request& r, unsigned status) const;

private:
    async::awaitable<http::response> serve(http::request& r, call& c, std::string_view& area);
    // The route's pattern, however the request spells its path and whatever its method; empty: no route.
    std::string_view pattern_of(const http::request& r) const;
    // Counts the call; the 429 where it is one too many.
    std::optional<http::response> count(rate which, rate_by by, std::string_view who);
    // By the client's address, and by the network that it lies in.
    std::optional<http::response> count_client(rate which, std::string_view client);
    void decorate(const http::request& r, http::response& answer, const std::string& request_id) const;

    const router& routes_;
    authenticator& auth_;
    cors cors_;
    const trusted_proxies& proxies_;
    rate_limits& limits_;
    metrics& metrics_;
    rate_metrics& throttles_;
    std::vector<std::vector<const route_rate*>> rates_; // by the route's index, beside what holds for all
};

} // namespace voltlane::api
