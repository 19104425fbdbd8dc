#pragma once

#include "shared/base/ids.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>

// How many rows of a kind a tenant may have.
namespace voltlane::store {

// Every gateway holds all of them in memory, some 300 bytes each; a site of ten thousand drivers with a few
// cards has a third of it.
inline constexpr std::int64_t most_id_tags = 100'000;

// How many more it may have, 0 where there are as many or more. Whoever asks has the tenant's count for
// itself until its transaction ends: others who ask wait, so that two do not both take the last place. To be
// asked before any row is locked. Two statements; counting reads one index entry a row.
std::int64_t id_tag_room(pg::transaction& t, tenant_id tenant);
// By tenants.max_charge_points; deleted ones do not count. 0 also for a tenant that is not there.
std::int64_t charge_point_room(pg::transaction& t, tenant_id tenant);

} // namespace voltlane::store
