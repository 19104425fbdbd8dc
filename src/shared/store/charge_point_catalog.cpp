#include "shared/store/charge_point_catalog.hpp"

#include "shared/base/text.hpp"
#include "shared/store/directory_outbox.hpp"
#include "shared/store/price_book.hpp"

namespace voltlane::store {
namespace {

// $1: the caller's tenant or null, $2: its account. Both sides name a tenant: a member's own, or those of the
// driver's grants: a price, or a tag that would be accepted now (a blocked one takes its holder's rights).
#define VISIBLE                                                                                              \
    "c.deleted_at is null and case when $1::bigint is not null then c.tenant_id = $1 else "                  \
    "(c.tenant_id in (select g.tenant_id from id_tags g where g.account_id = $2 and "                        \
    "g.status = 'Accepted' and (g.expiry_date is null or g.expiry_date > now())) or c.id in (select "        \
    "p.charge_point_id from prices p where p.account_id = $2 and p.valid_to is null)) end "

#define CHARGE_POINT_COLUMNS                                                                                 \
    "c.id, c.tenant_id, c.canonical_id, c.identity, c.name, c.location, c.connector_id, c.status, "          \
    "c.updated, "                                                                                            \
    "p.price_per_kwh, p.price_per_hour, c.lat, c.lng, coalesce(f.username, '')"
#define CHARGE_POINT_TABLES                                                                                  \
    " from charge_points c join tenants n on n.id = c.tenant_id left join accounts f on f.id = n.founder "   \
    "left join prices p on p.charge_point_id = c.id and p.valid_to is null and p.account_id is null and "    \
    "p.user_type is null "

constexpr pg::statement list{"charge_points.list",
                             "select " CHARGE_POINT_COLUMNS CHARGE_POINT_TABLES "where " VISIBLE
                             "order by c.identity collate \"C\", c.tenant_id"};
constexpr pg::statement one{
    "charge_points.one",
    "select " CHARGE_POINT_COLUMNS
    ", c.plug_type, c.access_type, c.registration, c.vendor, c.model, c.serial, c.firmware, "
    "c.max_power_kw" CHARGE_POINT_TABLES "where " VISIBLE
    "and (c.canonical_id = $3 or (c.tenant_id = $4 and c.canonical_id = $5)) "
    "order by coalesce(c.tenant_id = $4 and c.canonical_id = $5, false) desc limit 2"};
constexpr pg::statement connectors{"charge_points.connectors",
                                   "select connector_id, status, error_code, updated from connectors "
                                   "where charge_point_id = $1 order by connector_id"};
constexpr pg::statement insert{
    "charge_points.insert",
    "insert into charge_points (tenant_id, canonical_id, identity, name) values ($1, $2, $3, $3) "
    "on conflict (tenant_id, canonical_id) do update set deleted_at = null, status = 'Unavailable', "
    "connector_id = 0, "
    "updated = now() where charge_points.deleted_at is not null returning id"};
constexpr pg::statement describe{
    "charge_points.describe",
    "update charge_points set name = coalesce($3, name), location = coalesce($4, location), "
    "plug_type = coalesce($5, plug_type), access_type = coalesce($6, access_type), "
    "lat = case when $7 then $8 else lat end, lng = case when $9 then $10 else lng end, "
    "max_power_kw = case when $11 then $12 else max_power_kw end "
    "where tenant_id = $1 and canonical_id = $2 and deleted_at is null returning id, identity, registration"};
constexpr pg::statement remove{
    "charge_points.remove",
    "update charge_points set deleted_at = now() where tenant_id = $1 and canonical_id = $2 "
    "and deleted_at is null returning identity, registration"};
constexpr pg::statement identities{
    "charge_points.identities",
    "select tenant_id, canonical_id, identity from unnest($1::bigint[], $2::text[]) "
    "as k(tenant_id, canonical_id) join charge_points using (tenant_id, canonical_id)"};
constexpr pg::statement statuses{"charge_points.statuses",
                                 "select status, count(*) from charge_points "
                                 "where tenant_id = $1 and deleted_at is null group by status"};

charge_point read(const pg::row& r) {
    charge_point c;
    c.id = pg::get<std::int64_t>(r[0]);
    c.tenant = pg::get<tenant_id>(r[1]);
    c.canonical_id = pg::get<std::string>(r[2]);
    c.identity = pg::get<std::string>(r[3]);
    c.name = pg::get<std::string>(r[4]);
    c.location = pg::get<std::string>(r[5]);
    c.connector = pg::get<std::int64_t>(r[6]);
    c.status = pg::get<std::string>(r[7]);
    c.updated = pg::get<timestamp>(r[8]);
    c.prices = {pg::opt<price>(r[9]), pg::opt<price>(r[10])};
    c.lat = pg::opt<coordinate>(r[11]);
    c.lng = pg::opt<coordinate>(r[12]);
    c.owner_username = pg::get<std::string>(r[13]);
    return c;
}

template <class T>
std::optional<T> inner(const std::optional<std::optional<T>>& o) {
    return o ? *o : std::optional<T>();
}

// The directory's entry and the prices, behind the row that `r` (id, identity, registration) was written to.
bool describe_row(pg::transaction& t, const charger_key& key, const charge_point_change& c) {
    const auto rows = t.exec(describe, {key.tenant, key.charge_point, c.name, c.location, c.plug_type,
                                        c.access_type, c.lat.has_value(), inner(c.lat), c.lng.has_value(),
                                        inner(c.lng), c.max_power_kw.has_value(), inner(c.max_power_kw)});
    if (rows.empty()) return false;
    const auto& r = rows[0];
    if (c.per_kwh || c.per_hour) change_own_price(t, pg::get<std::int64_t>(r[0]), c.per_kwh, c.per_hour);
    events::charge_point_entry entry;
    entry.key = key;
    entry.identity = pg::get<std::string>(r[1]);
    entry.registration = pg::get<std::string>(r[2]);
    queue_directory(t, entry);
    return true;
}

} // namespace

bool is_long_form(std::string_view id) noexcept {
    const auto digits = id.find_first_not_of("0123456789");
    return digits != std::string_view::npos && digits != 0 && id[digits] == '~';
}

std::vector<charge_point> list_charge_points(pg::transaction& t, const domain::caller& who) {
    std::vector<charge_point> all;
    for (const auto& r : t.exec(list, {who.tenant, who.account}))
        all.push_back(read(r));
    return all;
}

std::optional<charge_point> find_charge_point(pg::transaction& t, const domain::caller& who,
                                              std::string_view canonical) {
    std::optional<std::int64_t> tenant;
    std::string_view rest;
    if (is_long_form(canonical)) {
        const auto mark = canonical.find('~');
        tenant = parse_integer<std::int64_t>(canonical.substr(0, mark));
        rest = canonical.substr(mark + 1);
    }
    const auto rows = t.exec(one, {who.tenant, who.account, canonical, tenant, rest});
    if (rows.empty()) return std::nullopt;
    // The long form goes first, so that no other tenant can call a charger by it. The same id at two tenants:
    // only the long form says which.
    if (rows.size() > 1 && pg::view(rows[0][2]) == canonical) return std::nullopt;
    const auto& r = rows[0];
    auto c = read(r);
    c.plug_type = pg::get<std::string>(r[14]);
    c.access_type = pg::get<std::string>(r[15]);
    c.registration = pg::get<std::string>(r[16]);
    c.vendor = pg::get<std::string>(r[17]);
    c.model = pg::get<std::string>(r[18]);
    c.serial = pg::get<std::string>(r[19]);
    c.firmware = pg::get<std::string>(r[20]);
    c.max_power_kw = pg::opt<kilowatts>(r[21]);
    for (const auto& one_connector : t.exec(connectors, {c.id}))
        c.connectors.push_back(
            {pg::get<std::int64_t>(one_connector[0]), pg::get<std::string>(one_connector[1]),
             pg::get<std::string>(one_connector[2]), pg::get<timestamp>(one_connector[3])});
    return c;
}

bool create_charge_point(pg::transaction& t, const charger_key& key, std::string_view identity,
                         const charge_point_change& c) {
    if (t.exec(insert, {key.tenant, key.charge_point, identity}).empty()) return false;
    return describe_row(t, key, c);
}

bool change_charge_point(pg::transaction& t, const charger_key& key, const charge_point_change& c) {
    return describe_row(t, key, c);
}

bool delete_charge_point(pg::transaction& t, const charger_key& key) {
    const auto rows = t.exec(remove, {key.tenant, key.charge_point});
    if (rows.empty()) return false;
    events::charge_point_entry entry;
    entry.key = key;
    entry.identity = pg::get<std::string>(rows[0][0]);
    entry.registration = pg::get<std::string>(rows[0][1]);
    entry.deleted = true;
    queue_directory(t, entry);
    return true;
}

std::map<charger_key, std::string> read_identities(pg::transaction& t, const std::vector<charger_key>& keys) {
    pg::array tenants, names;
    for (const auto& key : keys) {
        tenants.add(key.tenant());
        names.add(key.charge_point);
    }
    std::map<charger_key, std::string> found;
    for (const auto& r : t.exec(identities, {tenants, names}))
        found.emplace(charger_key{pg::get<tenant_id>(r[0]), pg::get<std::string>(r[1])},
                      pg::get<std::string>(r[2]));
    return found;
}

std::vector<std::pair<std::string, std::int64_t>> count_statuses(pg::transaction& t, tenant_id tenant) {
    std::vector<std::pair<std::string, std::int64_t>> all;
    for (const auto& r : t.exec(statuses, {tenant}))
        all.emplace_back(pg::get<std::string>(r[0]), pg::get<std::int64_t>(r[1]));
    return all;
}

} // namespace voltlane::store
