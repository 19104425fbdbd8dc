#pragma once

#include "shared/base/metrics.hpp"

namespace voltlane::kafka {

// One per producer. The registry must outlive it.
struct producer_metrics {
    explicit producer_metrics(voltlane::metrics::registry& registry);

    voltlane::metrics::counter& acknowledged;
    voltlane::metrics::counter& failed;          // delivery reports with an error
    voltlane::metrics::counter& refused;         // not even accepted: queue full, too large
    voltlane::metrics::counter& detached_failed; // failures nobody waited for
    voltlane::metrics::counter& replaced;        // instances replaced after a fatal error
    voltlane::metrics::counter& errors;          // client level errors, broker disconnects among them
};

// One per process, shared by its readers and group consumers. The registry must outlive it.
struct consumer_metrics {
    explicit consumer_metrics(voltlane::metrics::registry& registry);

    voltlane::metrics::counter& records;
    voltlane::metrics::counter& rebalances;
    voltlane::metrics::counter& errors;       // client level errors, broker disconnects among them
    voltlane::metrics::counter& out_of_range; // a position that the log no longer has
};

} // namespace voltlane::kafka
