#include "shared/store/station_rows.hpp"

#include <algorithm>

namespace voltlane::store {
namespace {

// A replay must not show what was true days ago. Receipt times are of several gateways, though: their clocks
// may differ by a minute, and a charger that moved from one to the other is still believed.
constexpr pg::statement upsert_connectors{
    "station_rows.connectors",
    "insert into connectors (charge_point_id, connector_id, status, error_code, info, vendor_id, "
    "vendor_error_code, "
    "reported_at, updated) select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], "
    "$5::text[], "
    "$6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[]) "
    "on conflict (charge_point_id, connector_id) do update set status = excluded.status, "
    "error_code = excluded.error_code, info = excluded.info, vendor_id = excluded.vendor_id, "
    "vendor_error_code = excluded.vendor_error_code, reported_at = excluded.reported_at, updated = "
    "excluded.updated where connectors.updated <= excluded.updated + interval '1 minute'"};
// `latest` and `booted` say which group of columns a row brings. A status is measured against the connectors,
// which were written before: the row's own `updated` begins with its creation, after the first events'
// receipt.
constexpr pg::statement update_stations{
    "station_rows.stations",
    "update charge_points c set "
    "connector_id = case when r.latest then r.connector_id else c.connector_id end, "
    "status = case when r.latest then r.status else c.status end, "
    "updated = case when r.latest then r.updated else c.updated end, "
    "vendor = case when r.booted then r.vendor else c.vendor end, "
    "model = case when r.booted then r.model else c.model end, "
    "serial = case when r.booted then r.serial else c.serial end, "
    "firmware = case when r.booted then r.firmware else c.firmware end, "
    "last_boot = case when r.booted then r.booted_at else c.last_boot end "
    "from (select i.id, i.latest and i.updated + interval '1 minute' >= coalesce((select max(k.updated) from "
    "connectors k where k.charge_point_id = i.id), '-infinity') as latest, i.connector_id, i.status, "
    "i.updated, i.booted and i.booted_at + interval '1 minute' >= coalesce((select p.last_boot from "
    "charge_points p where p.id = i.id), '-infinity') as booted, i.vendor, i.model, i.serial, i.firmware, "
    "i.booted_at from unnest($1::bigint[], $2::boolean[], $3::bigint[], $4::text[], $5::timestamptz[], "
    "$6::boolean[], "
    "$7::text[], "
    "$8::text[], $9::text[], $10::text[], $11::timestamptz[]) "
    "as i(id, latest, connector_id, status, updated, booted, vendor, model, serial, firmware, booted_at)) r "
    "where c.id = r.id"};
constexpr pg::statement insert_all_notices{
    "station_rows.notices", "insert into station_notices (charge_point_id, generation, epoch, seq, "
                            "received_at, kind, status, detail, "
                            "request_id) select * from unnest($1::bigint[], $2::integer[], $3::bigint[], "
                            "$4::bigint[], $5::timestamptz[], "
                            "$6::text[], $7::text[], $8::text[], $9::bigint[]) on conflict do nothing"};
constexpr pg::statement delete_notices{
    "station_rows.delete_notices",
    "delete from station_notices where ctid = any(array(select ctid from station_notices "
    "where received_at < $1 order by received_at limit $2))"};
constexpr pg::statement read_charge_points{
    "station_rows.read",
    "select id, tenant_id, canonical_id, identity, status, connector_id, vendor, model, serial, "
    "firmware, updated, deleted_at is not null from charge_points "
    "where id = any($1::bigint[]) order by id"};
constexpr pg::statement read_connectors{
    "station_rows.read_connectors",
    "select charge_point_id, connector_id, status, error_code, updated from connectors "
    "where charge_point_id = any($1::bigint[]) order by charge_point_id, connector_id"};

events::station_change change_of(const pg::row& row) {
    events::station_change c;
    c.key = {pg::get<tenant_id>(row[1]), pg::get<std::string>(row[2])};
    c.identity = pg::get<std::string>(row[3]);
    c.status = pg::get<std::string>(row[4]);
    c.connector = pg::get<std::int64_t>(row[5]);
    c.vendor = pg::get<std::string>(row[6]);
    c.model = pg::get<std::string>(row[7]);
    c.serial = pg::get<std::string>(row[8]);
    c.firmware = pg::get<std::string>(row[9]);
    c.updated_at = pg::get<timestamp>(row[10]);
    c.deleted = pg::get<bool>(row[11]);
    return c;
}

} // namespace

void write_connectors(pg::transaction& t, std::span<const connector_report> reports) {
    if (reports.empty()) return;
    pg::array chargers, connectors, statuses, errors, infos, vendors, vendor_errors, reported, updated;
    for (const auto& r : reports) {
        chargers.add(r.charge_point);
        connectors.add(r.connector);
        statuses.add(r.status);
        errors.add(r.error_code);
        infos.add(r.info);
        vendors.add(r.vendor_id);
        vendor_errors.add(r.vendor_error_code);
        reported.add(r.reported_at);
        updated.add(r.updated);
    }
    t.exec(upsert_connectors,
           {chargers, connectors, statuses, errors, infos, vendors, vendor_errors, reported, updated});
}

void write_stations(pg::transaction& t, std::span<const station_report> reports) {
    if (reports.empty()) return;
    pg::array chargers, has_latest, connectors, statuses, updated, has_boot, vendors, models, serials,
        firmwares, booted;
    for (const auto& r : reports) {
        chargers.add(r.charge_point);
        const auto latest = r.latest.value_or(station_report::status{});
        has_latest.add(r.latest.has_value());
        connectors.add(latest.connector);
        statuses.add(latest.text);
        updated.add(latest.updated);
        const auto boot = r.booted.value_or(station_report::boot{});
        has_boot.add(r.booted.has_value());
        vendors.add(boot.vendor);
        models.add(boot.model);
        serials.add(boot.serial);
        firmwares.add(boot.firmware);
        booted.add(boot.at);
    }
    t.exec(update_stations, {chargers, has_latest, connectors, statuses, updated, has_boot, vendors, models,
                             serials, firmwares, booted});
}

void insert_notices(pg::transaction& t, std::span<const station_notice> notices) {
    if (notices.empty()) return;
    pg::array chargers, generations, epochs, seqs, received, kinds, statuses, details, requests;
    for (const auto& n : notices) {
        chargers.add(n.charge_point);
        generations.add(n.connection.generation);
        epochs.add(n.connection.offset);
        seqs.add(n.seq);
        received.add(n.received_at);
        kinds.add(n.kind);
        statuses.add(n.status);
        details.add(n.detail);
        requests.add(n.request_id);
    }
    t.exec(insert_all_notices,
           {chargers, generations, epochs, seqs, received, kinds, statuses, details, requests});
}

std::size_t delete_old_notices(pg::transaction& t, timestamp oldest, std::int64_t most) {
    return t.exec(delete_notices, {oldest, most}).affected_rows();
}

std::vector<events::station_change> read_stations(pg::transaction& t,
                                                  std::span<const std::int64_t> charge_points) {
    pg::array wanted;
    for (const auto id : charge_points)
        wanted.add(id);
    std::vector<events::station_change> out;
    std::vector<std::int64_t> ids;
    for (const auto& row : t.exec(read_charge_points, {wanted})) {
        ids.push_back(pg::get<std::int64_t>(row[0]));
        out.push_back(change_of(row));
    }
    for (const auto& row : t.exec(read_connectors, {wanted})) {
        const auto at = std::lower_bound(ids.begin(), ids.end(), pg::get<std::int64_t>(row[0]));
        out[static_cast<std::size_t>(at - ids.begin())].connectors.push_back(
            {pg::get<std::int64_t>(row[1]), pg::get<std::string>(row[2]), pg::get<std::string>(row[3]),
             pg::get<timestamp>(row[4])});
    }
    return out;
}

} // namespace voltlane::store
