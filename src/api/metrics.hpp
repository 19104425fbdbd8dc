#pragma once

#include "shared/base/metrics.hpp"

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace voltlane::api {

// What the API counts. Labels: a route's area, a status class; never a path, tenant, account or id.
class metrics {
public:
    explicit metrics(voltlane::metrics::registry& r);

    // One answered request. `area`: "none" where no route matched.
    void answered(std::string_view area, unsigned status, double seconds);

    voltlane::metrics::counter& logins;
    voltlane::metrics::counter& logins_refused;   // wrong name or password
    voltlane::metrics::counter& logins_throttled; // too many attempts or hashes at once
    voltlane::metrics::counter& password_hashes;  // made or checked, also for accounts that are none
    voltlane::metrics::counter&
        sessions_reused; // login sessions revoked since a dead refresh token came again
    voltlane::metrics::counter& forwards_ignored; // X-Forwarded-For of somebody who is no trusted proxy
    voltlane::metrics::counter& commands;         // accepted and published
    voltlane::metrics::counter& commands_rerouted;
    voltlane::metrics::counter& commands_not_connected;
    voltlane::metrics::counter& commands_throttled;
    voltlane::metrics::gauge& command_waiters;
    voltlane::metrics::gauge& revocation_age_seconds;
    voltlane::metrics::gauge& presence_chargers; // in the view, connected or not
    voltlane::metrics::gauge& event_streams;
    voltlane::metrics::counter& events_sent;
    voltlane::metrics::counter& event_resets;
    voltlane::metrics::gauge& events_kept;

private:
    struct of_area {
        std::array<voltlane::metrics::counter*, 6> by_class{}; // 1xx .. 5xx at their digit
        voltlane::metrics::counter* seconds = nullptr;
    };
    of_area& area(std::string_view name);

    voltlane::metrics::registry& registry_;
    std::mutex mutex_; // guards the map; counters are atomic
    std::map<std::string, of_area, std::less<>> areas_;
};

} // namespace voltlane::api
