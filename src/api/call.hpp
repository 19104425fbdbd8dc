#pragma once

#include "api/json_input.hpp"
#include "shared/async/types.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/visibility.hpp"
#include "shared/http/message.hpp"
#include "shared/http/router.hpp"

#include <string>

namespace voltlane::api {

// Who makes a call: the account behind a valid access token, and the login session it belongs to.
struct identity {
    domain::caller caller;
    std::string username;
    std::string user_type;    // empty: none
    std::int64_t session = 0; // login_sessions.id
    timestamp expires_at{};   // of the access token

    bool administers() const noexcept {
        return caller.role == domain::role::super_admin && caller.tenant.has_value();
    }
};

// What a handler gets beside the request.
struct call {
    identity who; // meaningless on open routes
    std::string request_id;
    std::string client; // whose address it is, as far as trusted proxies say; for bounds and records, never
                        // for rights
    async::steady_point deadline; // for all that the handler waits for, `?wait=` apart
    json_input body;              // parsed and found to be an object; empty where none was sent
};

using router = http::router<call>;
using route = http::route<call>;

} // namespace voltlane::api
