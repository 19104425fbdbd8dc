#pragma once

#include "workers/runtime/partition_handler.hpp"

#include <memory>

namespace voltlane::workers {

// Pool `commands`: moves the rows of commands on by what ocpp.replies says. Rows without news are ended by
// the upkeep.
std::unique_ptr<partitioned_pool> make_commands_pool();

} // namespace voltlane::workers
