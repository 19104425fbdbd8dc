#include "shared/store/session_writing.hpp"

#include "shared/store/session_columns.hpp"
#include "shared/store/session_loading.hpp"

#include <map>
#include <tuple>
#include <unordered_set>

namespace voltlane::store {
namespace {

constexpr pg::statement take_ids{
    "session_writing.take_ids",
    "select nextval(pg_get_serial_sequence('sessions', 'id')) from generate_series(1, $1::integer)"};

// "unnest($1::bigint[], $2::text[] ...) as r(id, protocol ...)": `before` fixed columns, then the list's.
std::string unnest_columns(std::string types, std::string names, int before) {
    int number = before;
    for (const auto& c : session_columns()) {
        types.append(", $").append(std::to_string(++number)).append("::").append(c.type).append("[]");
        names.append(", ").append(c.name);
    }
    return "unnest(" + types + ") as r(" + names + ")";
}

const pg::statement& insert_statement() {
    static const std::string sql =
        "insert into sessions (id, tenant_id, charge_point_id, " + session_column_names("") +
        ") overriding system value select r.id, r.tenant_id, r.charge_point_id, " +
        session_column_names("r.") + " from " +
        unnest_columns("$1::bigint[], $2::bigint[], $3::bigint[]", "id, tenant_id, charge_point_id", 3);
    static const pg::statement s{"session_writing.insert", sql.c_str()};
    return s;
}

const pg::statement& update_statement() {
    static const std::string sql = [] {
        std::string sets;
        for (const auto& c : session_columns())
            sets.append(sets.empty() ? "" : ", ").append(c.name).append(" = r.").append(c.name);
        return "update sessions s set " + sets + " from " + unnest_columns("$1::bigint[]", "id", 1) +
               " where s.id = r.id";
    }();
    static const pg::statement s{"session_writing.update", sql.c_str()};
    return s;
}

void add_columns(std::vector<pg::parameter>& parameters, std::span<const domain::session* const> sessions) {
    pg::array values;
    for (const auto& column : session_columns()) {
        values.clear();
        for (const auto* s : sessions)
            column.put(*s, values);
        parameters.emplace_back(values);
    }
}

constexpr pg::statement move_values{"session_writing.move_values",
                                    "update meter_values m set session_id = r.kept from unnest($1::bigint[], "
                                    "$2::bigint[]) as r(removed, kept) "
                                    "where m.session_id = r.removed"};
constexpr pg::statement move_decisions{"session_writing.move_decisions",
                                       "update session_decisions d set session_id = r.kept from "
                                       "unnest($1::bigint[], $2::bigint[]) as r(removed, kept) "
                                       "where d.session_id = r.removed"};
constexpr pg::statement delete_removed{"session_writing.delete_removed",
                                       "delete from sessions where id = any($1::bigint[])"};
constexpr pg::statement upsert_epochs{"session_writing.epochs",
                                      "insert into charge_point_epochs (charge_point_id, seen) "
                                      "select * from unnest($1::bigint[], $2::text[]) "
                                      "on conflict (charge_point_id) do update set seen = excluded.seen"};
constexpr pg::statement add_to_rollups{
    "session_writing.rollups",
    "insert into session_rollups (tenant_id, day, account_id, shard, sessions, energy_wh, total) "
    "select r.tenant_id, r.day, r.account_id, $1, r.sessions, r.energy_wh, r.total "
    "from unnest($2::bigint[], $3::date[], $4::bigint[], $5::bigint[], $6::bigint[], $7::numeric[]) "
    "as r(tenant_id, day, account_id, sessions, energy_wh, total) order by 1, 2, 3 "
    "on conflict (tenant_id, day, account_id, shard) do update set "
    "sessions = session_rollups.sessions + excluded.sessions, "
    "energy_wh = session_rollups.energy_wh + excluded.energy_wh, "
    "total = session_rollups.total + excluded.total"};
constexpr pg::statement add_decisions{
    "session_writing.decisions",
    "insert into session_decisions (decision_id, charge_point_id, session_id, action, energy_wh, decided_by, "
    "received_at, applied) "
    "select * from unnest($1::text[]::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], "
    "$6::bigint[], "
    "$7::timestamptz[], $8::boolean[]) on conflict do nothing"};

} // namespace

void insert_sessions(pg::transaction& t, std::span<domain::session* const> sessions,
                     std::span<const domain::charger_state* const> owners) {
    if (sessions.empty()) return;
    const auto taken = t.exec(take_ids, {static_cast<std::int64_t>(sessions.size())});
    pg::array ids, tenants, charge_points;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        sessions[i]->id = pg::get<session_id>(taken[static_cast<pg::rows::size_type>(i)][0]);
        ids.add(sessions[i]->id());
        tenants.add(owners[i]->key.tenant());
        charge_points.add(owners[i]->charge_point);
    }
    std::vector<pg::parameter> parameters{ids, tenants, charge_points};
    add_columns(parameters, std::vector<const domain::session*>(sessions.begin(), sessions.end()));
    t.exec(insert_statement(), parameters);
}

void update_sessions(pg::transaction& t, std::span<const domain::session* const> sessions) {
    if (sessions.empty()) return;
    pg::array ids;
    for (const auto* s : sessions)
        ids.add(s->id());
    std::vector<pg::parameter> parameters{ids};
    add_columns(parameters, sessions);
    t.exec(update_statement(), parameters);
}

void remove_sessions(pg::transaction& t, std::span<const domain::removal> removals) {
    pg::array removed, kept;
    for (const auto& r : removals) {
        if (r.removed->id() == 0) continue;
        removed.add(r.removed->id());
        kept.add(r.into->target().id());
    }
    if (removed.empty()) return;
    t.exec(move_values, {removed, kept});
    t.exec(move_decisions, {removed, kept});
    t.exec(delete_removed, {removed});
}

void write_epochs(pg::transaction& t, std::span<const domain::charger_state* const> chargers) {
    pg::array ids, seen;
    // A batch that was folded in parts may name a charger twice; a row is upserted once.
    std::unordered_set<std::int64_t> written;
    for (const auto* c : chargers) {
        if (!written.insert(c->charge_point).second) continue;
        ids.add(c->charge_point);
        seen.add(epochs_text(c->epochs));
    }
    if (!ids.empty()) t.exec(upsert_epochs, {ids, seen});
}

void add_rollups(pg::transaction& t, std::span<const domain::rollup_delta> deltas, std::int32_t shard) {
    struct sums {
        std::int64_t sessions = 0;
        std::int64_t energy_wh = 0;
        std::int64_t total_units = 0;
    };
    std::map<std::tuple<std::int64_t, std::chrono::sys_days, std::int64_t>, sums> rows;
    for (const auto& d : deltas) {
        auto& sum = rows[{d.tenant(), d.day, d.account ? (*d.account)() : 0}];
        sum.sessions += d.sessions;
        sum.energy_wh += d.energy_wh;
        sum.total_units += d.total_units;
    }
    pg::array tenants, days, accounts, sessions, energies, totals;
    for (const auto& [key, sum] : rows) {
        if (sum.sessions == 0 && sum.energy_wh == 0 && sum.total_units == 0) continue;
        tenants.add(std::get<0>(key));
        days.add_plain(format_seconds(timestamp(std::get<1>(key))).substr(0, 10));
        accounts.add(std::get<2>(key));
        sessions.add(sum.sessions);
        energies.add(sum.energy_wh);
        totals.add(money{sum.total_units});
    }
    if (!days.empty()) t.exec(add_to_rollups, {shard, tenants, days, accounts, sessions, energies, totals});
}

void insert_decisions(pg::transaction& t, std::span<const domain::decision_row> decisions) {
    if (decisions.empty()) return;
    pg::array ids, charge_points, sessions, actions, energies, accounts, times, applied;
    for (const auto& d : decisions) {
        ids.add(d.decision_id);
        charge_points.add(d.charger->charge_point);
        sessions.add(d.session());
        actions.add(d.action);
        energies.add(d.energy_wh);
        accounts.add(d.by());
        times.add(d.at);
        applied.add(d.applied);
    }
    t.exec(add_decisions, {ids, charge_points, sessions, actions, energies, accounts, times, applied});
}

} // namespace voltlane::store
