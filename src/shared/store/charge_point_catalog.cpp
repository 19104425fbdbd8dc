#include "shared/store/charge_point_catalog.hpp"

#include "shared/base/text.hpp"
#include "shared/store/directory_outbox.hpp"
#include "shared/store/price_book.hpp"

namespace voltlane::store {
namespace {

// domain/visibility.hpp (sees_charge_point) as a condition of SQL. $1: the caller's tenant or null, $2: its
// account. `asked`: what else is asked of a charge point, given its alias; within each branch, so that there
// is an index for it.
#define VISIBLE_TO_ADMINISTRATOR(asked)                                                                      \
    "c.deleted_at is null and c.tenant_id = $1::bigint and $2::bigint is not null " asked("c")
#define VISIBLE_TO_USER(asked)                                                                               \
    "c.deleted_at is null and c.id in ("                                                                     \
    "select x.id from charge_points x where x.tenant_id = $1::bigint " asked(                                \
        "x") "union all select x.id from prices p join charge_points x on x.id = p.charge_point_id "         \
             "where p.account_id = $2::bigint and p.valid_to is null and x.access_type = 'public' " asked(   \
                 "x") "union all select x.id from charge_point_grants g join charge_points x on x.id = "     \
                      "g.charge_point_id "                                                                   \
                      "where g.account_id = $2::bigint and x.access_type = 'private' " asked("x") ") "
#define ALL(alias) ""
// $3: the id in canonical form; $4: what stands behind a long form's tilde, else null.
#define NAMED(alias) "and " alias ".canonical_id in ($3, $4) "

#define CHARGE_POINT_COLUMNS                                                                                 \
    "c.id, c.tenant_id, c.canonical_id, c.identity, c.name, c.location, c.connector_id, c.status, "          \
    "c.updated, "                                                                                            \
    "p.price_per_kwh, p.price_per_hour, c.lat, c.lng, coalesce(f.username, '')"
#define CHARGE_POINT_TABLES                                                                                  \
    " from charge_points c join tenants n on n.id = c.tenant_id left join accounts f on f.id = n.founder "   \
    "left join prices p on p.charge_point_id = c.id and p.valid_to is null and p.account_id is null and "    \
    "p.user_type is null "

#define DETAIL_COLUMNS                                                                                       \
    CHARGE_POINT_COLUMNS ", c.plug_type, c.access_type, c.registration, c.vendor, c.model, c.serial, "       \
                         "c.firmware, c.max_power_kw"
#define LIST(visible)                                                                                        \
    "select " CHARGE_POINT_COLUMNS CHARGE_POINT_TABLES "where " visible                                      \
    "order by c.identity collate \"C\", c.tenant_id"

// What an administrator and what a `user` sees, by the same question.
struct seen_by {
    pg::statement administrator, user;
    const pg::statement& of(const domain::caller& who) const {
        return who.role == domain::role::user ? user : administrator;
    }
};
constexpr seen_by list{{"charge_points.list_administrator", LIST(VISIBLE_TO_ADMINISTRATOR(ALL))},
                       {"charge_points.list_user", LIST(VISIBLE_TO_USER(ALL))}};
constexpr seen_by details{{"charge_points.detail_administrator", "select " DETAIL_COLUMNS CHARGE_POINT_TABLES
                                                                 "where " VISIBLE_TO_ADMINISTRATOR(NAMED)},
                          {"charge_points.detail_user",
                           "select " DETAIL_COLUMNS CHARGE_POINT_TABLES "where " VISIBLE_TO_USER(NAMED)}};
constexpr seen_by places{
    {"charge_points.place_administrator",
     "select c.id, c.tenant_id, c.canonical_id from charge_points c where " VISIBLE_TO_ADMINISTRATOR(NAMED)},
    {"charge_points.place_user",
     "select c.id, c.tenant_id, c.canonical_id from charge_points c where " VISIBLE_TO_USER(NAMED)}};
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

// What a <pk> may mean: `<id>`, or `<tenant id>~<id>`.
struct spoken_id {
    std::string_view whole;
    std::optional<std::int64_t> tenant;   // of the long form
    std::optional<std::string_view> rest; // behind its tilde
};

spoken_id split(std::string_view canonical) {
    spoken_id id{canonical, std::nullopt, std::nullopt};
    if (!is_long_form(canonical)) return id;
    const auto mark = canonical.find('~');
    id.tenant = parse_integer<std::int64_t>(canonical.substr(0, mark));
    id.rest = canonical.substr(mark + 1);
    return id;
}

struct chosen_row {
    int index = -1;      // none
    bool shared = false; // others that the caller sees have the same id, which does not name this one
};

// The long form goes first, so that no other tenant can call a charger by it. The same id at two tenants: the
// caller's own tenant's, whatever strangers let the caller see; of two strangers' only the long form says
// which.
chosen_row choose(const pg::rows& rows, const spoken_id& id, std::optional<tenant_id> own) {
    chosen_row by_tenant, by_id, by_own;
    int same_rest = 0, same_whole = 0;
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
        const auto canonical = pg::view(rows[i][2]);
        const auto tenant = pg::get<tenant_id>(rows[i][1]);
        if (id.rest && canonical == *id.rest) {
            ++same_rest;
            if (id.tenant == tenant()) by_tenant.index = i;
        }
        if (canonical == id.whole) {
            ++same_whole;
            by_id.index = i;
            if (own == tenant) by_own.index = i;
        }
    }
    by_tenant.shared = same_rest > 1 && !(own && id.tenant == (*own)());
    if (by_tenant.index >= 0) return by_tenant;
    if (by_own.index >= 0) return by_own;
    return same_whole == 1 ? by_id : chosen_row{};
}

} // namespace

bool is_long_form(std::string_view id) noexcept {
    const auto digits = id.find_first_not_of("0123456789");
    return digits != std::string_view::npos && digits != 0 && id[digits] == '~';
}

std::vector<charge_point> list_charge_points(pg::transaction& t, const domain::caller& who) {
    std::vector<charge_point> all;
    for (const auto& r : t.exec(list.of(who), {who.tenant, who.account}))
        all.push_back(read(r));
    return all;
}

std::optional<charge_point> find_charge_point(pg::transaction& t, const domain::caller& who,
                                              std::string_view canonical) {
    const auto id = split(canonical);
    const auto rows = t.exec(details.of(who), {who.tenant, who.account, id.whole, id.rest});
    const auto chosen = choose(rows, id, who.tenant);
    if (chosen.index < 0) return std::nullopt;
    const auto& r = rows[chosen.index];
    auto c = read(r);
    c.shared_id = chosen.shared;
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

std::optional<charge_point_place> locate_charge_point(pg::transaction& t, const domain::caller& who,
                                                      std::string_view canonical) {
    const auto id = split(canonical);
    const auto rows = t.exec(places.of(who), {who.tenant, who.account, id.whole, id.rest});
    const auto chosen = choose(rows, id, who.tenant);
    if (chosen.index < 0) return std::nullopt;
    const auto& r = rows[chosen.index];
    return charge_point_place{pg::get<std::int64_t>(r[0]), pg::get<tenant_id>(r[1]),
                              pg::get<std::string>(r[2])};
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
