#include "shared/domain/session/fold.hpp"

#include "shared/domain/session/steps.hpp"

#include <algorithm>

namespace voltlane::domain {
namespace {

template <class... Handlers>
struct overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

void book(std::vector<rollup_delta>& rollups, std::size_t from, const charger_state& state,
          const std::optional<session::contribution>& c, int sign) {
    if (!c) return;
    const auto same = [&](const rollup_delta& d) {
        return d.day == c->day && d.account == c->account;
    };
    auto at = std::find_if(rollups.begin() + static_cast<std::ptrdiff_t>(from), rollups.end(), same);
    if (at == rollups.end()) {
        rollup_delta d;
        d.tenant = state.key.tenant;
        d.charge_point = state.charge_point;
        d.day = c->day;
        d.account = c->account;
        at = rollups.insert(rollups.end(), d);
    }
    at->sessions += sign;
    at->energy_wh += sign * c->energy_wh;
    at->total_units += sign * c->total.units;
}

void note(const charger_state& state, const session& s, std::string_view kind, batch_effects& out) {
    change_note n;
    n.charger = &state;
    n.of = &s;
    n.kind = kind;
    out.changes.push_back(n);
}

void note_changes(const charger_state& state, const session& s, batch_effects& out) {
    if (s.work.inserted) note(state, s, "started", out);
    if (s.work.ended) note(state, s, "ended", out);
    if (s.work.reviewed) note(state, s, "reviewed", out);
    if (!s.work.inserted && !s.work.ended && !s.work.reviewed && s.work.shown) note(state, s, "updated", out);
}

void harvest(charger_state& state, session& s, batch_effects& out) {
    if (s.work.merged_into) {
        removal r;
        r.charger = &state;
        r.removed = &s;
        r.into = &s.target();
        if (s.id() != 0) {
            out.removed.push_back(r);
            note(state, s, "merged", out);
        }
        return;
    }
    if (s.work.inserted) {
        out.inserted.push_back(&s);
        out.owners_inserted.push_back(&state);
    } else {
        out.updated.push_back(&s);
        out.owners_updated.push_back(&state);
    }
    note_changes(state, s, out);
}

} // namespace

void apply(charger_state& state, const events::inbound& event, std::span<const price_row> prices,
           batch_effects& out) {
    if (!state.epochs.admit(event.connection, event.seq)) return;
    state.epochs_dirty |= event.connection.known();
    if (state.identity.empty()) state.identity = event.identity;

    const step now{state, event, prices, out};
    std::visit(overloaded{
                   [&](const events::started& e) { on_started(now, e); },
                   [&](const events::sampled& e) { on_sampled(now, e); },
                   [&](const events::ended& e) { on_ended(now, e); },
                   [&](const events::decided& e) { on_decided(now, e); },
                   [](const auto&) {},
               },
               event.input);
}

void harvest(charger_state& state, batch_effects& out) {
    const auto first_rollup = out.rollups.size();
    for (const auto& s : state.sessions) {
        if (!s->work.dirty) continue;
        const auto contribution = contribution_of(*s);
        if (contribution != s->work.booked) {
            book(out.rollups, first_rollup, state, s->work.booked, -1);
            book(out.rollups, first_rollup, state, contribution, +1);
        }
        if (auto presence = presence_of(*s); presence != s->work.counted)
            out.counts.push_back({&state, s.get(), s->work.counted, std::move(presence)});
        harvest(state, *s, out);
    }
    const auto nothing = [](const rollup_delta& d) {
        return d.sessions == 0 && d.energy_wh == 0 && d.total_units == 0;
    };
    out.rollups.erase(std::remove_if(out.rollups.begin() + static_cast<std::ptrdiff_t>(first_rollup),
                                     out.rollups.end(), nothing),
                      out.rollups.end());
    if (state.epochs_dirty) out.epochs.push_back(&state);
    state.epochs_dirty = false;
}

void settle(charger_state& state) {
    std::erase_if(state.sessions, [](const auto& s) { return !s->open() || s->work.merged_into; });
    for (const auto& s : state.sessions)
        s->work = {.booked = contribution_of(*s), .counted = presence_of(*s)};
    state.known_decisions.clear();
}

events::session_change to_change(const change_note& n) {
    const auto& s = *n.of;
    events::session_change c;
    c.kind = n.kind;
    c.id = s.id;
    c.key = n.charger->key;
    c.identity = n.charger->identity;
    c.connector = s.connector;
    c.transaction_key = s.transaction_key;
    c.id_tag = s.id_tag;
    c.account = s.owner();
    c.started_by = s.started_by;
    c.energy_wh = s.energy_wh;
    c.started_at = s.started_at;
    if (s.ended_at) c.ended_at = *s.ended_at;
    c.price_per_kwh = s.prices.per_kwh;
    c.price_per_hour = s.prices.per_hour;
    c.total = s.total;
    c.stop_reason = s.stop_reason;
    c.review = to_string(s.review);
    c.updated_at = s.updated_at;
    return c;
}

} // namespace voltlane::domain
