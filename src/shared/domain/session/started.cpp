#include "shared/domain/session/billing.hpp"
#include "shared/domain/session/matching.hpp"
#include "shared/domain/session/steps.hpp"
#include "shared/domain/session/texts.hpp"
#include "shared/domain/session/time_rules.hpp"

#include <algorithm>

namespace voltlane::domain {
namespace {

void take_decision(session& s, const events::tag_decision& tag) {
    s.tag_status = clean_text(tag.status);
    s.tag_account = tag.account;
    s.started_by = tag.started_by;
    s.user_type = clean_text(tag.user_type);
    s.vouched_by = clean_text(tag.vouched_by);
}

void fill(const step& now, session& s, const events::started& start) {
    s.identity_hash = clean_text(start.identity_hash);
    s.protocol = clean_text(now.event.protocol);
    s.connector = start.connector;
    s.transaction_key = clean_text(start.transaction_key);
    s.id_tag = clean_text(start.id_tag);
    s.id_tag_folded = clean_text(start.id_tag_folded);
    take_decision(s, start.tag);
    s.started_at = cut_to_seconds(billed_time(start.at, now.event.received_at));
    s.started_at_text = clean_text(start.at_text, longest_raw);
    s.start_received_at = now.event.received_at;
    s.start_epoch = now.event.connection;
    s.meter_start = start.meter_mwh;
    s.meter_start_text = clean_text(start.meter_text, longest_raw);
    if (is_trusted(start.at, now.event.received_at)) s.set_flag(start_trusted);
    if (!is_plausible(start.at, now.event.received_at)) s.set_flag(start_time_replaced);
    if (s.tag_accepted()) freeze_prices(s, now.prices, now.event.received_at);
}

// The same start again: nothing but a refusal that became an acceptance changes anything.
void repeat(const step& now, session& s, const events::started& start) {
    if (s.start_epoch < now.event.connection) {
        s.start_epoch = now.event.connection;
        now.touch(s);
    }
    if (s.tag_accepted() || start.tag.status != "Accepted") return;
    take_decision(s, start.tag);
    freeze_prices(s, now.prices, now.event.received_at);
    rebill(s);
    s.work.shown = true;
    now.touch(s);
}

// Offline queues and re-sent events may bring an older start after a newer one.
bool began_before(const session& a, const session& b) {
    if (a.has_flag(start_trusted) && b.has_flag(start_trusted)) return a.started_at < b.started_at;
    return a.start_epoch < b.start_epoch;
}

// One open session per connector: of the new one and the one before, the later stays.
void supersede(const step& now, session& fresh) {
    if (fresh.connector <= 0) return;
    for (const auto& s : now.state.sessions) {
        if (s.get() == &fresh || s->work.merged_into || !s->open() || s->connector != fresh.connector)
            continue;
        if (!began_before(fresh, *s)) {
            end_without_stop(now, *s, end_kind::superseded, std::max(fresh.started_at, s->started_at));
        } else if (fresh.open()) {
            end_without_stop(now, fresh, end_kind::superseded, s->started_at);
        }
    }
}

void bound_open_sessions(const step& now) {
    std::size_t count = 0;
    session* oldest = nullptr;
    for (const auto& s : now.state.sessions) {
        if (!s->open() || s->work.merged_into) continue;
        ++count;
        if (oldest == nullptr || is_later(*oldest, *s)) oldest = s.get();
    }
    if (count > most_open_sessions)
        end_without_stop(now, *oldest, end_kind::superseded, cut_to_seconds(now.event.received_at));
}

} // namespace

void on_started(const step& now, const events::started& start) {
    if (start.identity_hash.empty()) return; // no gateway makes one; it would pass for an orphan
    session* before = latest_occurrence(now.state, start.identity_hash);
    if (before != nullptr) {
        // A start sent over an older connection than the stop's cannot follow that stop: it is re-sent.
        const bool may_follow = !before->open() && now.event.connection >= before->end_epoch;
        const bool for_ever = before->has_flag(start_trusted) || is_trusted(start.at, now.event.received_at);
        if (for_ever || !may_follow) return repeat(now, *before, start);
    } else if (session* orphan = match_orphan(now.state, now.event, start)) {
        fill(now, *orphan, start);
        orphan->set_flag(start_joined_late);
        rebill(*orphan);
        now.touch(*orphan);
        supersede(now, *orphan);
        return;
    }

    auto& fresh = *now.state.sessions.emplace_back(std::make_unique<session>());
    fresh.work.inserted = true;
    if (before != nullptr) {
        fresh.occurrence = next_occurrence(now.state, start.identity_hash);
        fresh.previous_stop = before->stop_signature;
    }
    fill(now, fresh, start);
    now.touch(fresh);
    supersede(now, fresh);
    rebill(fresh);
    bound_open_sessions(now);
}

void end_without_stop(const step& now, session& s, end_kind kind,
                      std::optional<std::chrono::sys_seconds> limit) {
    s.end = kind;
    s.end_limit = limit;
    s.end_epoch = now.event.connection;
    s.end_received_at = now.event.received_at;
    s.stop_reason = to_string(kind);
    s.work.ended = true;
    rebill(s);
    now.touch(s);
}

} // namespace voltlane::domain
