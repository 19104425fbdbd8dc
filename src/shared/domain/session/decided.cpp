#include "shared/domain/session/billing.hpp"
#include "shared/domain/session/matching.hpp"
#include "shared/domain/session/steps.hpp"
#include "shared/domain/session/texts.hpp"

namespace voltlane::domain {
namespace {

bool close(const step& now, session& s) {
    if (!s.open()) return false;
    end_without_stop(now, s, end_kind::closed, std::nullopt);
    s.set_flag(operator_decided);
    return true;
}

// Bills `energy` from now on, whatever the meter said.
bool settle_review(const step& now, session& s, watt_hours energy) {
    s.energy_wh = energy;
    s.review = review_reason::none;
    s.set_flag(operator_decided);
    freeze_prices(s, now.prices, s.start_received_at);
    rebill(s);
    now.touch(s);
    return true;
}

// The charge point was deleted: all of its open sessions end.
bool abandon(const step& now) {
    for (const auto& s : now.state.sessions)
        if (s->open() && !s->work.merged_into)
            end_without_stop(now, *s, end_kind::abandoned, cut_to_seconds(now.event.received_at));
    return true;
}

bool decide(const step& now, const events::decided& d) {
    if (d.action == "abandon") return abandon(now);
    auto* s = find_by_id(now.state, d.session);
    if (s == nullptr) return false;
    bool applied = false;
    if (d.action == "close") {
        applied = close(now, *s);
    } else if (d.action == "accept") {
        applied = !s->open() && s->review != review_reason::none && settle_review(now, *s, s->energy_wh);
    } else if (d.action == "set_energy") {
        applied = !s->open() && d.energy_wh && *d.energy_wh >= 0 && settle_review(now, *s, *d.energy_wh);
    }
    s->work.reviewed |= applied;
    return applied;
}

} // namespace

void on_decided(const step& now, const events::decided& decision) {
    if (!now.state.known_decisions.emplace(decision.decision_id).second) return;
    decision_row row;
    row.charger = &now.state;
    row.decision_id = clean_text(decision.decision_id);
    row.session = decision.session;
    row.action = clean_text(decision.action);
    row.energy_wh = decision.energy_wh;
    row.by = decision.by;
    row.at = now.event.received_at;
    row.applied = decide(now, decision);
    now.out.decisions.push_back(std::move(row));
}

} // namespace voltlane::domain
