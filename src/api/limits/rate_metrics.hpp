#pragma once

#include "api/limits/rate_limits.hpp"
#include "shared/base/metrics.hpp"

#include <map>
#include <string>
#include <utility>

namespace voltlane::api {

// What the bounds per minute refused and what they cost. Labels: the rate, and whether an address, a
// network or an account met it.
class rate_metrics {
public:
    explicit rate_metrics(voltlane::metrics::registry& r)
        : keys(r.add_gauge("api_rate_keys", "Addresses and accounts whose requests are counted"))
        , forgotten(r.add_gauge("api_rate_keys_forgotten",
                                "Counts given up since the start, since too many clients were counted"))
        , share_failures(r.add_counter("api_rate_share_failures_total",
                                       "Exchanges of counts with other pods that failed")) {
        for (const auto which : all_rates)
            for (const auto by : all_rate_keys)
                throttled_[{which, by}] = &r.add_counter(
                    "api_throttled_total", "Requests answered 429 by a bound per minute",
                    {{"rate", std::string(to_string(which))}, {"by", std::string(to_string(by))}});
    }

    // One request answered 429.
    void throttled(rate which, rate_by by) { throttled_.at({which, by})->Increment(); }

    voltlane::metrics::gauge& keys;
    voltlane::metrics::gauge& forgotten;
    voltlane::metrics::counter& share_failures;

private:
    std::map<std::pair<rate, rate_by>, voltlane::metrics::counter*> throttled_;
};

} // namespace voltlane::api
