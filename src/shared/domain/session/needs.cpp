#include "shared/domain/session/charger_state.hpp"
#include "shared/domain/session/matching.hpp"
#include "shared/domain/session/time_rules.hpp"

#include <algorithm>

namespace voltlane::domain {
namespace {

// A start that is received this long after its time was queued offline; only such a one can follow its own
// stop.
constexpr std::chrono::minutes queued_for{1};

template <class T>
void add(std::vector<T>& to, T value) {
    if (std::find(to.begin(), to.end(), value) == to.end()) to.push_back(std::move(value));
}

void add_key(load_request& r, const charger_state& state, std::string_view key) {
    if (key.empty()) return;
    // The latest open one is what find_by_key() takes; a later occurrence may have to be merged into the one
    // before.
    const auto* known = find_by_key(state, key);
    if (known != nullptr && known->open() && known->occurrence == 1) return;
    add(r.transaction_keys, std::string(key));
}

void add_start(load_request& r, const charger_state& state, const events::inbound& event,
               const events::started& start) {
    const auto* known = latest_occurrence(state, start.identity_hash);
    if (known != nullptr && known->open()) return;
    add(r.identity_hashes, std::string(start.identity_hash));
    add_key(r, state, start.transaction_key);
    if (!is_trusted(start.at, event.received_at) || *start.at > event.received_at - queued_for) return;
    const timestamp since = cut_to_seconds(*start.at);
    r.keyless_orphans_since = std::min(r.keyless_orphans_since.value_or(since), since);
}

} // namespace

bool load_request::empty() const noexcept {
    return !open_sessions && identity_hashes.empty() && transaction_keys.empty() && ids.empty() &&
           decision_ids.empty() && !recent && !keyless_orphans_since;
}

session& charger_state::adopt(session row) {
    if (auto* known = find_by_id(*this, row.id)) return *known;
    row.work = {};
    row.work.booked = contribution_of(row);
    row.work.counted = presence_of(row);
    return *sessions.emplace_back(std::make_unique<session>(std::move(row)));
}

load_request needs(const charger_state& state, std::span<const events::inbound* const> events) {
    load_request r;
    r.open_sessions = !state.loaded;
    for (const auto* event : events) {
        if (const auto* start = std::get_if<events::started>(&event->input)) {
            add_start(r, state, *event, *start);
        } else if (const auto* values = std::get_if<events::sampled>(&event->input)) {
            if (values->connector > 0) add_key(r, state, values->transaction_key);
        } else if (const auto* stop = std::get_if<events::ended>(&event->input)) {
            if (stop->transaction_key.empty()) r.recent = true;
            add_key(r, state, stop->transaction_key);
        } else if (const auto* d = std::get_if<events::decided>(&event->input)) {
            add(r.decision_ids, std::string(d->decision_id));
            if (d->session() > 0 && find_by_id(state, d->session) == nullptr) add(r.ids, d->session);
        }
    }
    return r;
}

std::optional<price_request> price_needs(const charger_state& state,
                                         std::span<const events::inbound* const> events) {
    std::optional<price_request> r;
    const auto ask = [&r](std::optional<account_id> owner, std::string_view user_type, timestamp at) {
        if (!r) {
            r.emplace();
            r->from = r->until = at;
        }
        if (owner) add(r->accounts, *owner);
        if (!user_type.empty()) add(r->user_types, std::string(user_type));
        r->from = std::min(r->from, at);
        r->until = std::max(r->until, at);
    };
    for (const auto* event : events) {
        if (const auto* start = std::get_if<events::started>(&event->input)) {
            if (start->tag.status == "Accepted")
                ask(start->tag.started_by ? start->tag.started_by : start->tag.account, start->tag.user_type,
                    event->received_at);
        } else if (const auto* d = std::get_if<events::decided>(&event->input)) {
            const auto* s = find_by_id(state, d->session);
            if (s != nullptr && s->prices.empty()) ask(s->owner(), s->user_type, s->start_received_at);
        }
    }
    return r;
}

} // namespace voltlane::domain
