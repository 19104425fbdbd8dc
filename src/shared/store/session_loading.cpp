#include "shared/store/session_loading.hpp"

#include "shared/base/text.hpp"
#include "shared/store/session_columns.hpp"

#include <algorithm>
#include <unordered_map>

namespace voltlane::store {
namespace {

using domain::charger_state;
using states = std::unordered_map<std::int64_t, charger_state*>;

// "select <columns> from <source>": every loader reads the same columns.
std::string select_sessions(const char* source) {
    return "select s.id, s.charge_point_id, " + session_column_names("s.") + " from " + source;
}

constexpr pg::statement load_epochs{
    "session_loading.epochs",
    "select charge_point_id, seen from charge_point_epochs where charge_point_id = any($1::bigint[])"};
constexpr pg::statement load_decisions{"session_loading.decisions",
                                       "select charge_point_id, decision_id::text from session_decisions "
                                       "where decision_id = any($1::text[]::uuid[])"};

void adopt_all(pg::transaction& t, const std::string& name, const std::string& sql,
               std::initializer_list<pg::parameter> parameters, const states& by_id) {
    const pg::statement s{name.c_str(), sql.c_str()};
    for (const auto& row : t.exec(s, parameters)) {
        const auto owner = by_id.find(pg::get<std::int64_t>(row[1]));
        if (owner != by_id.end()) owner->second->adopt(read_session(row));
    }
}

void load_open(pg::transaction& t, const states& by_id, const pg::array& ids) {
    for (const auto& row : t.exec(load_epochs, {ids}))
        by_id.at(pg::get<std::int64_t>(row[0]))->epochs = parse_epochs(pg::view(row[1]));
    static const std::string name = "session_loading.open";
    static const std::string sql =
        select_sessions("sessions s where s.charge_point_id = any($1::bigint[]) and s.state = 'open'");
    adopt_all(t, name, sql, {ids}, by_id);
}

void load_by_hash(pg::transaction& t, const states& by_id, const pg::array& ids, const pg::array& hashes) {
    static const std::string name = "session_loading.by_hash";
    static const std::string sql = select_sessions(
        "unnest($1::bigint[], $2::text[]) as q(charge_point_id, hash) cross join lateral "
        "(select * from sessions x where x.charge_point_id = q.charge_point_id and x.identity_hash = q.hash "
        "order by x.occurrence desc limit 2) s");
    adopt_all(t, name, sql, {ids, hashes}, by_id);
}

void load_by_key(pg::transaction& t, const states& by_id, const pg::array& ids, const pg::array& keys) {
    static const std::string name = "session_loading.by_key";
    static const std::string sql = select_sessions(
        "unnest($1::bigint[], $2::text[]) as q(charge_point_id, key) cross join lateral "
        "(select * from sessions x where x.charge_point_id = q.charge_point_id and x.transaction_key = q.key "
        "order by x.id desc limit 2) s");
    adopt_all(t, name, sql, {ids, keys}, by_id);
}

void load_by_id(pg::transaction& t, const states& by_id, const pg::array& ids, const pg::array& session_ids) {
    static const std::string name = "session_loading.by_id";
    static const std::string sql =
        select_sessions("unnest($1::bigint[], $2::bigint[]) as q(charge_point_id, id) "
                        "join sessions s on s.id = q.id and s.charge_point_id = q.charge_point_id");
    adopt_all(t, name, sql, {ids, session_ids}, by_id);
}

void load_recent(pg::transaction& t, const states& by_id, const pg::array& ids) {
    static const std::string name = "session_loading.recent";
    static const std::string sql =
        select_sessions("unnest($1::bigint[]) as q(charge_point_id) cross join lateral "
                        "(select * from sessions x where x.charge_point_id = q.charge_point_id order by x.id "
                        "desc limit $2) s");
    adopt_all(t, name, sql, {ids, domain::recent_sessions}, by_id);
}

void load_orphans(pg::transaction& t, const states& by_id, const pg::array& ids, const pg::array& since) {
    static const std::string name = "session_loading.orphans";
    static const std::string sql = select_sessions(
        "unnest($1::bigint[], $2::timestamptz[]) as q(charge_point_id, since) cross join lateral "
        "(select * from sessions x where x.charge_point_id = q.charge_point_id and x.transaction_key = '' "
        "and x.identity_hash is null and x.flags & $3 = 0 and x.ended_at >= q.since "
        "order by x.id desc limit $4) s");
    adopt_all(t, name, sql, {ids, since, static_cast<int>(domain::operator_decided), domain::recent_sessions},
              by_id);
}

} // namespace

void load_sessions(pg::transaction& t, std::span<const fold_load> loads) {
    states by_id;
    pg::array open, recent, hash_owners, hashes, key_owners, keys, id_owners, ids, orphan_owners, since,
        decisions;
    for (const auto& [state, request] : loads) {
        const auto id = state->charge_point;
        by_id.emplace(id, state);
        if (request.open_sessions) open.add(id);
        if (request.recent) recent.add(id);
        for (const auto& h : request.identity_hashes) {
            hash_owners.add(id);
            hashes.add(h);
        }
        for (const auto& k : request.transaction_keys) {
            key_owners.add(id);
            keys.add(k);
        }
        for (const auto& s : request.ids) {
            id_owners.add(id);
            ids.add(s());
        }
        if (request.keyless_orphans_since) {
            orphan_owners.add(id);
            since.add(*request.keyless_orphans_since);
        }
        for (const auto& d : request.decision_ids)
            decisions.add(d);
    }
    if (!open.empty()) load_open(t, by_id, open);
    if (!hashes.empty()) load_by_hash(t, by_id, hash_owners, hashes);
    if (!keys.empty()) load_by_key(t, by_id, key_owners, keys);
    if (!ids.empty()) load_by_id(t, by_id, id_owners, ids);
    if (!recent.empty()) load_recent(t, by_id, recent);
    if (!since.empty()) load_orphans(t, by_id, orphan_owners, since);
    if (!decisions.empty()) {
        for (const auto& row : t.exec(load_decisions, {decisions})) {
            const auto owner = by_id.find(pg::get<std::int64_t>(row[0]));
            if (owner != by_id.end()) owner->second->known_decisions.insert(pg::get<std::string>(row[1]));
        }
    }
    for (const auto& [state, request] : loads) {
        if (request.open_sessions) state->loaded = true;
    }
}

domain::epoch_window parse_epochs(std::string_view text) {
    std::vector<domain::epoch_window::entry> entries;
    while (!text.empty()) {
        const auto entry = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), entry.size() + 1));
        const auto colon = entry.find(':');
        const auto connection = parse_epoch(entry.substr(0, colon));
        const auto seq =
            parse_integer<std::int64_t>(colon == std::string_view::npos ? "" : entry.substr(colon + 1));
        if (!connection || !seq)
            throw pg::failure(pg::failure_kind::defect, {}, "charge_point_epochs.seen cannot be read");
        entries.push_back({*connection, *seq});
    }
    return domain::epoch_window(std::move(entries));
}

std::string epochs_text(const domain::epoch_window& window) {
    std::string out;
    for (const auto& e : window.entries()) {
        if (!out.empty()) out += ' ';
        out.append(to_string(e.connection)).append(":").append(std::to_string(e.last_seq));
    }
    return out;
}

} // namespace voltlane::store
