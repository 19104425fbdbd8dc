#include "shared/domain/session/matching.hpp"

#include "shared/domain/session/billing.hpp"
#include "shared/domain/session/time_rules.hpp"

#include <algorithm>
#include <vector>

namespace voltlane::domain {
namespace {

template <class Predicate>
session* latest_where(const charger_state& state, Predicate fits) {
    session* best = nullptr;
    for (const auto& s : state.sessions) {
        if (s->work.merged_into || !fits(*s)) continue;
        // Sessions without an id stand in log order behind each other.
        if (best == nullptr || !is_later(*best, *s)) best = s.get();
    }
    return best;
}

bool fits_keyless_stop(const session& s, const events::inbound& event, const events::ended& stop) {
    if (!s.open() || s.orphan()) return false;
    if (!stop.id_tag_folded.empty() && stop.id_tag_folded != s.id_tag_folded) return false;
    const auto at = cut_to_seconds(billed_time(stop.at, event.received_at));
    if (at < s.started_at) return false;
    if (!is_reading(stop.meter_mwh) || !is_reading(s.meter_start)) return true; // placeholders say nothing
    const auto raw = *stop.meter_mwh - *s.meter_start;
    if (raw < 0) return false;
    const auto hours = std::chrono::floor<std::chrono::seconds>(at - s.started_at) + power_slack;
    return raw <= std::max<milliwatt_hours>(plausible_energy, plausible_watts * hours.count() / 3600 * 1000);
}

bool fits_keyless_orphan(const session& s, const session& start) {
    if (!s.orphan() || !s.transaction_key.empty() || s.has_flag(operator_decided)) return false;
    if (s.id_tag_folded.empty() || s.id_tag_folded != start.id_tag_folded) return false;
    if (*s.ended_at < start.started_at || *s.ended_at - start.started_at > plausible_duration) return false;
    return is_reading(s.meter_stop) && is_reading(start.meter_start) && *s.meter_stop >= *start.meter_start;
}

} // namespace

bool is_later(const session& a, const session& b) {
    if (a.id() == 0 || b.id() == 0) return a.id() == 0 && b.id() != 0;
    return a.id > b.id;
}

session* find_by_id(const charger_state& state, session_id id) {
    return id() == 0 ? nullptr : latest_where(state, [&](const session& s) { return s.id == id; });
}

session* previous_occurrence(const charger_state& state, const session& s) {
    session* best = nullptr;
    for (const auto& o : state.sessions) {
        if (o->work.merged_into || o->identity_hash != s.identity_hash || o->occurrence >= s.occurrence)
            continue;
        if (best == nullptr || o->occurrence > best->occurrence) best = o.get();
    }
    return best;
}

std::int32_t next_occurrence(const charger_state& state, std::string_view identity_hash) {
    std::int32_t highest = 0;
    for (const auto& s : state.sessions)
        if (s->identity_hash == identity_hash) highest = std::max(highest, s->occurrence);
    return highest + 1;
}

session* latest_occurrence(const charger_state& state, std::string_view identity_hash) {
    session* best = nullptr;
    for (const auto& s : state.sessions) {
        if (s->work.merged_into || s->identity_hash != identity_hash) continue;
        if (best == nullptr || s->occurrence > best->occurrence) best = s.get();
    }
    return best;
}

session* find_by_key(const charger_state& state, std::string_view transaction_key) {
    if (transaction_key.empty()) return nullptr;
    auto* open = latest_where(
        state, [&](const session& s) { return s.open() && s.transaction_key == transaction_key; });
    if (open != nullptr) return open;
    return latest_where(state, [&](const session& s) { return s.transaction_key == transaction_key; });
}

session* open_on_connector(const charger_state& state, std::int64_t connector) {
    if (connector <= 0) return nullptr;
    return latest_where(state, [&](const session& s) { return s.open() && s.connector == connector; });
}

session* match_keyless_stop(const charger_state& state, const events::inbound& event,
                            const events::ended& stop) {
    std::vector<session*> fitting;
    std::vector<session*> same_connection;
    for (const auto& s : state.sessions) {
        if (s->work.merged_into || !fits_keyless_stop(*s, event, stop)) continue;
        fitting.push_back(s.get());
        if (s->start_epoch == event.connection) same_connection.push_back(s.get());
    }
    if (fitting.size() == 1) return fitting.front();
    return same_connection.size() == 1 ? same_connection.front() : nullptr;
}

session* find_stopped_by(const charger_state& state, std::string_view signature) {
    return latest_where(state, [&](const session& s) { return s.stop_signature == signature; });
}

session* match_orphan(const charger_state& state, const events::inbound& event,
                      const events::started& start) {
    if (!is_trusted(start.at, event.received_at)) return nullptr;
    auto* keyed = latest_where(state, [&](const session& s) {
        return s.orphan() && !s.transaction_key.empty() && s.transaction_key == start.transaction_key;
    });
    if (keyed != nullptr) return keyed;

    session asked;
    asked.id_tag_folded = start.id_tag_folded;
    asked.started_at = cut_to_seconds(billed_time(start.at, event.received_at));
    asked.meter_start = start.meter_mwh;
    session* found = nullptr;
    for (const auto& s : state.sessions) {
        if (s->work.merged_into || !fits_keyless_orphan(*s, asked)) continue;
        if (found != nullptr) return nullptr;
        found = s.get();
    }
    return found;
}

} // namespace voltlane::domain
