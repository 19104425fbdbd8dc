#pragma once

#include "workers/metrics.hpp"
#include "workers/runtime/partition_handler.hpp"

#include <memory>

namespace voltlane::workers {

// Pool `stations`: what chargers say of themselves. Boot data, connector status, firmware, diagnostics and
// security notices; unknown charge points appear with their first connection. Statuses are coalesced: a batch
// writes the latest of each connector, and csms.stations hears of a charge point once a batch and only where
// something visible changed.
std::unique_ptr<partitioned_pool> make_stations_pool(const stations_metrics& metrics);

} // namespace voltlane::workers
