#pragma once

#include "shared/async/types.hpp"
#include "shared/http/message.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::http {

// Who may call a route at all; what they may see is the handler's affair.
enum class access {
    open,          // no token; an Authorization header is ignored
    account,       // any valid access token
    administrator, // a super_admin's
};
std::string_view to_string(access a) noexcept;

// One row of a process's route table. `Context` is what handlers get beside the request: who calls, until
// when.
template <class Context>
struct route {
    std::string method; // "GET"; HEAD follows it by itself
    std::string
        pattern; // "/api/charge-points/<pk>/"; canonical, with a trailing slash; <name> matches one segment
    access needs = access::account;
    std::string area; // the folder of the handler: "charge_points"
    std::function<async::awaitable<response>(request&, Context&)> handler;
    bool csv = false; // its body is text/csv; everybody else's is JSON
};

} // namespace voltlane::http
