#include "shared/store/tenant_bounds.hpp"

#include <algorithm>
#include <string>

namespace voltlane::store {
namespace {

// The second number keeps clear of other advisory locks: "room" in ASCII.
constexpr pg::statement lock{"tenant_bounds.lock",
                             "select pg_advisory_xact_lock(hashtextextended($1, 1919905645))"};
constexpr pg::statement id_tags{"tenant_bounds.id_tags", "select count(*) from id_tags where tenant_id = $1"};
constexpr pg::statement charge_points{
    "tenant_bounds.charge_points",
    "select n.max_charge_points - (select count(*) from charge_points where tenant_id = $1 and deleted_at is "
    "null) from tenants n where n.id = $1"};

void take(pg::transaction& t, std::string_view kind, tenant_id tenant) {
    t.exec(lock, {std::string(kind) + '/' + std::to_string(tenant())});
}

} // namespace

std::int64_t id_tag_room(pg::transaction& t, tenant_id tenant) {
    take(t, "id_tags", tenant);
    const auto count = pg::get<std::int64_t>(t.exec(id_tags, {tenant})[0][0]);
    return std::max<std::int64_t>(0, most_id_tags - count);
}

std::int64_t charge_point_room(pg::transaction& t, tenant_id tenant) {
    take(t, "charge_points", tenant);
    const auto rows = t.exec(charge_points, {tenant});
    return rows.empty() ? 0 : std::max<std::int64_t>(0, pg::get<std::int64_t>(rows[0][0]));
}

} // namespace voltlane::store
