#include "shared/store/meter_values.hpp"

#include "shared/base/text.hpp"

#include <algorithm>

namespace voltlane::store {
namespace {

using namespace std::chrono;

// Several workers look after the partitions; one at a time: "mete" in ASCII.
constexpr std::int64_t maintenance_lock = 0x6d657465;
constexpr std::string_view prefix = "meter_values_";

constexpr pg::statement insert{
    "meter_values.insert",
    "insert into meter_values (received_at, charge_point_id, generation, epoch, seq, sample, session_id, "
    "connector_id, at, measurand, value, unit, phase, context, location) "
    "select * from unnest($1::timestamptz[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], "
    "$6::integer[], "
    "$7::bigint[], $8::bigint[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], "
    "$14::text[], $15::text[]) on conflict do nothing"};
constexpr pg::statement lock{"meter_values.lock", "select pg_advisory_xact_lock($1)"};
constexpr pg::statement list{"meter_values.partitions",
                             "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
                             "where i.inhparent = 'meter_values'::regclass"};
constexpr pg::statement in_default{
    "meter_values.in_default",
    "select exists (select from meter_values_default where received_at >= $1 and received_at < $2)"};
constexpr pg::statement delete_default{
    "meter_values.delete_default",
    "delete from meter_values_default where ctid = any(array(select ctid from meter_values_default "
    "where received_at < $1 order by received_at limit $2))"};

// "meter_values_2025_09"
std::string name_of(year_month m) {
    auto text = format_seconds(timestamp(sys_days(m / 1))).substr(0, 7);
    text[4] = '_';
    return std::string(prefix) + text;
}

std::optional<year_month> month_of(std::string_view name) {
    if (!name.starts_with(prefix) || name.size() != prefix.size() + 7) return std::nullopt;
    const auto y = parse_integer<int>(name.substr(prefix.size(), 4));
    const auto m = parse_integer<unsigned>(name.substr(prefix.size() + 5));
    if (!y || !m || *m < 1 || *m > 12) return std::nullopt;
    return year{*y} / month{*m};
}

// Making and dropping a partition locks the whole table, and every writer queues up behind whoever waits for
// that lock: so it waits a quarter of a second only and tries again later.
void begin_maintenance(pg::transaction& t) {
    t.exec_composed("set local lock_timeout = '250ms'");
    t.exec(lock, {maintenance_lock});
}

std::vector<std::string> partitions(pg::transaction& t) {
    std::vector<std::string> out;
    for (const auto& row : t.exec(list))
        out.push_back(pg::get<std::string>(row[0]));
    return out;
}

} // namespace

void insert_meter_values(pg::transaction& t, std::span<const domain::meter_row> values) {
    if (values.empty()) return;
    pg::array received, chargers, generations, epochs, seqs, samples, sessions, connectors, ats, measurands,
        texts, units, phases, contexts, locations;
    for (const auto& v : values) {
        received.add(v.received_at);
        chargers.add(v.charger->charge_point);
        generations.add(v.connection.generation);
        epochs.add(v.connection.offset);
        seqs.add(v.seq);
        samples.add(v.sample);
        if (v.of != nullptr) {
            sessions.add(v.of->target().id());
        } else {
            sessions.add_null();
        }
        connectors.add(v.connector);
        ats.add(v.at);
        measurands.add(v.measurand);
        texts.add(v.value);
        units.add(v.unit);
        phases.add(v.phase);
        contexts.add(v.context);
        locations.add(v.location);
    }
    t.exec(insert, {received, chargers, generations, epochs, seqs, samples, sessions, connectors, ats,
                    measurands, texts, units, phases, contexts, locations});
}

std::vector<std::string> make_partitions(pg::transaction& t, timestamp now) {
    begin_maintenance(t);
    const auto there = partitions(t);
    std::vector<std::string> made;
    const year_month_day today(floor<days>(now));
    for (int ahead = 0; ahead <= 2; ++ahead) {
        const auto month = today.year() / today.month() + months{ahead};
        const auto name = name_of(month);
        if (std::find(there.begin(), there.end(), name) != there.end()) continue;
        const timestamp from = sys_days(month / 1);
        const timestamp to = sys_days((month + months{1}) / 1);
        if (pg::get<bool>(t.exec(in_default, {from, to})[0][0])) continue;
        t.exec_composed("create table " + name + " partition of meter_values for values from ('" +
                        pg::time_text(from) + "') to ('" + pg::time_text(to) + "')");
        made.push_back(name);
    }
    return made;
}

std::vector<std::string> drop_partitions(pg::transaction& t, timestamp oldest) {
    begin_maintenance(t);
    std::vector<std::string> dropped;
    for (const auto& name : partitions(t)) {
        const auto month = month_of(name);
        if (!month || timestamp(sys_days((*month + months{1}) / 1)) > oldest) continue;
        t.exec_composed("drop table " + name);
        dropped.push_back(name);
    }
    return dropped;
}

std::size_t delete_old_default_rows(pg::transaction& t, timestamp oldest, std::int64_t most) {
    return t.exec(delete_default, {oldest, most}).affected_rows();
}

} // namespace voltlane::store
