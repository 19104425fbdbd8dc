#pragma once

#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/store/deliveries.hpp"

#include <string_view>

namespace voltlane::workers {

// Gives a delivery up and queues its notification for the dead letter, with why. False where it is somebody
// else's by now, or ended: nothing was written.
bool bury(pg::transaction& t, const store::delivery& d, std::string_view reason, timestamp now);

} // namespace voltlane::workers
