#include "shared/store/charge_point_ids.hpp"

#include "shared/events/directory.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/outbox.hpp"

#include <algorithm>

namespace voltlane::store {
namespace {

constexpr pg::statement find{"charge_point_ids.find",
                             "select c.id, k.n, c.identity from unnest($1::bigint[], $2::text[]) "
                             "with ordinality as k(tenant_id, canonical_id, n) "
                             "join charge_points c using (tenant_id, canonical_id)"};
constexpr pg::statement insert{
    "charge_point_ids.insert",
    "insert into charge_points (tenant_id, canonical_id, identity, name) "
    "select tenant_id, canonical_id, identity, identity from unnest($1::bigint[], $2::text[], $3::text[]) "
    "as k(tenant_id, canonical_id, identity) order by tenant_id, canonical_id "
    "on conflict (tenant_id, canonical_id) do nothing returning id, tenant_id, canonical_id, identity"};

// Fills in the ids of those that are there; true: all of them.
bool look_up(pg::transaction& t, std::vector<charge_point_ref>& refs) {
    pg::array tenants, names;
    std::vector<charge_point_ref*> asked;
    for (auto& r : refs) {
        if (r.id != 0) continue;
        tenants.add(r.key.tenant());
        names.add(r.key.charge_point);
        asked.push_back(&r);
    }
    if (asked.empty()) return true;
    const auto found = t.exec(find, {tenants, names});
    for (const auto& row : found) {
        auto& r = *asked[static_cast<std::size_t>(pg::get<std::int64_t>(row[1]) - 1)];
        r.id = pg::get<std::int64_t>(row[0]);
        r.identity = pg::get<std::string>(row[2]);
    }
    return found.size() == asked.size();
}

events::directory_entry entry_of(const charge_point_ref& r) {
    return events::charge_point_entry{.key = r.key, .identity = r.identity};
}

} // namespace

void ensure_charge_points(pg::transaction& t, std::vector<charge_point_ref>& refs) {
    std::sort(refs.begin(), refs.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    if (look_up(t, refs)) return;
    pg::array tenants, names, identities;
    for (const auto& r : refs) {
        if (r.id != 0) continue;
        tenants.add(r.key.tenant());
        names.add(r.key.charge_point);
        identities.add(r.identity.empty() ? r.key.charge_point : r.identity);
    }
    std::vector<outbox_record> queued;
    for (const auto& row : t.exec(insert, {tenants, names, identities})) {
        const charger_key key{pg::get<tenant_id>(row[1]), pg::get<std::string>(row[2])};
        const auto at = std::lower_bound(refs.begin(), refs.end(), key,
                                         [](const auto& r, const charger_key& k) { return r.key < k; });
        at->id = pg::get<std::int64_t>(row[0]);
        at->identity = pg::get<std::string>(row[3]);
        at->created = true;
        const auto entry = entry_of(*at);
        queued.push_back({std::string(events::topic::directory), events::directory_key(entry),
                          events::encode(entry), events::directory_version});
    }
    queue(t, queued);
    // Whoever created the rest meanwhile has committed: `on conflict` waited for it.
    look_up(t, refs);
}

} // namespace voltlane::store
