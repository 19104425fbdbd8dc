#pragma once

#include "api/auth/authenticator.hpp"
#include "api/call.hpp"
#include "api/conventions.hpp"
#include "api/metrics.hpp"

namespace voltlane::api {

// From a request to its answer: request id, CORS, route, body, token, rights, handler; and what every answer
// has in common. The only place that catches what handlers throw. Any shard.
class dispatcher {
public:
    // What a request may wait for the database and password threads.
    static constexpr std::chrono::seconds time_limit{10};

    dispatcher(const router& routes, authenticator& auth, cors origin, metrics& m)
        : routes_(routes)
        , auth_(auth)
        , cors_(std::move(origin))
        , metrics_(m) {}

    async::awaitable<http::response> handle(http::request& r);
    // The answer to what the HTTP layer refused by itself.
    http::response refuse(const http::request& r, unsigned status) const;

private:
    async::awaitable<http::response> serve(http::request& r, call& c, std::string_view& area);
    // The route's pattern, however the request spells its path and whatever its method; empty: no route.
    std::string_view pattern_of(const http::request& r) const;
    void decorate(const http::request& r, http::response& answer, const std::string& request_id) const;

    const router& routes_;
    authenticator& auth_;
    cors cors_;
    metrics& metrics_;
};

} // namespace voltlane::api
