#include "shared/domain/status_totals.hpp"

namespace voltlane::domain {

status_totals total_statuses(std::span<const std::pair<std::string, std::int64_t>> counts) {
    status_totals t;
    for (const auto& [status, count] : counts) {
        if (count == 0) continue;
        t.by_status[status] += count;
        if (status == "Available")
            t.available += count;
        else if (status == "Unavailable")
            t.unavailable += count;
        else if (status == "Charging")
            t.charging += count;
        else if (status == "Occupied")
            t.occupied += count;
        else if (status == "Preparing")
            t.preparing += count;
        else
            t.other += count;
    }
    return t;
}

} // namespace voltlane::domain
