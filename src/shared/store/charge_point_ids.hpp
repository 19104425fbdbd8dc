#pragma once

#include "shared/base/ids.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

// Table `charge_points`, creation by chargers that dial in. Writers: pools `sessions` and `stations` (and
// api, which has its own file); what was created is also queued for csms.directory.
namespace voltlane::store {

struct charge_point_ref {
    charger_key key;
    std::string identity; // the spelling it dialled with: kept where it is the first
    // Filled in by ensure_charge_points.
    std::int64_t id = 0;
    bool created = false;
};

// Looks the charge points up and creates those that are unknown, in key order, on conflict do nothing. `refs`
// come back in key order; a key may stand there once. A key of an unknown tenant is a pg::failure (poison).
void ensure_charge_points(pg::transaction& t, std::vector<charge_point_ref>& refs);

} // namespace voltlane::store
