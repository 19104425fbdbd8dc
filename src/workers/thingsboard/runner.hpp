#pragma once

#include "shared/pg/pool.hpp"
#include "workers/notify/errand.hpp"
#include "workers/thingsboard/client.hpp"

#include <memory>

namespace voltlane::workers {

// Errands of the kind `integration`: keeps accounts in step with a ThingsBoard server. Of one account one
// errand at a time; which state it is brought to is read when the errand runs, so that a late one does no
// harm.
std::unique_ptr<errand_runner> make_thingsboard_runner(thingsboard::settings s, pg::pool& database);

} // namespace voltlane::workers
