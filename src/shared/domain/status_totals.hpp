#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace voltlane::domain {

// Charge points by their latest status, and the six sums of the statistics. `other`: SuspendedEV,
// SuspendedEVSE, Finishing, Reserved, Faulted and the unknown.
struct status_totals {
    std::map<std::string, std::int64_t> by_status; // those that occur
    std::int64_t available = 0, unavailable = 0, charging = 0, occupied = 0, preparing = 0, other = 0;
};

status_totals total_statuses(std::span<const std::pair<std::string, std::int64_t>> counts);

} // namespace voltlane::domain
