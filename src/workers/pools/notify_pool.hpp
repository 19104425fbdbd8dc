#pragma once

#include "workers/runtime/partition_handler.hpp"

#include <memory>

namespace voltlane::workers {

// Pool `notify`: moves what csms.notifications asks for into the table `deliveries`, once each; notify/sender
// carries it out from there, so that one that cannot be carried out holds up none behind it. What names a
// mail or an integration that nobody knows goes to the dead letter.
std::unique_ptr<partitioned_pool> make_notify_pool();

} // namespace voltlane::workers
