#pragma once

#include "workers/runtime/partition_handler.hpp"

#include <memory>

namespace voltlane::workers {

// Pool `sessions`: folds ocpp.inbound into sessions, meter values, rollups and csms.sessions. It is the only
// writer of sessions; operators' decisions come through the log like everything else.
//
// In memory, per partition: the charge points it met with their open sessions, so that a batch of meter
// values reads nothing. A batch is a fixed number of statements, however many chargers it holds.
std::unique_ptr<partitioned_pool> make_sessions_pool();

} // namespace voltlane::workers
