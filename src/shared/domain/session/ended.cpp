#include "shared/domain/session/billing.hpp"
#include "shared/domain/session/matching.hpp"
#include "shared/domain/session/steps.hpp"
#include "shared/domain/session/texts.hpp"
#include "shared/domain/session/time_rules.hpp"

namespace voltlane::domain {
namespace {

session* find_target(const step& now, const events::ended& stop, const std::string& signature) {
    if (!stop.transaction_key.empty()) return find_by_key(now.state, stop.transaction_key);
    // Without a transaction id a repeat is recognised by its content; without a clock only where nothing open
    // fits.
    auto* repeated = find_stopped_by(now.state, signature);
    if (repeated != nullptr && is_trusted(stop.at, now.event.received_at)) return repeated;
    auto* matched = match_keyless_stop(now.state, now.event, stop);
    return matched != nullptr ? matched : repeated;
}

// A stop whose start nobody saw: kept as a session of its own until its start comes or an operator decides.
session& park(const step& now, const events::ended& stop) {
    auto& s = *now.state.sessions.emplace_back(std::make_unique<session>());
    s.work.inserted = true;
    s.protocol = clean_text(now.event.protocol);
    s.transaction_key = clean_text(stop.transaction_key);
    s.id_tag = clean_text(stop.id_tag);
    s.id_tag_folded = clean_text(stop.id_tag_folded);
    s.started_at = cut_to_seconds(billed_time(stop.at, now.event.received_at));
    s.start_received_at = now.event.received_at;
    s.start_epoch = now.event.connection;
    return s;
}

void take_stop(const step& now, session& s, const events::ended& stop, std::string signature) {
    s.stop_signature = std::move(signature);
    s.meter_stop = stop.meter_mwh;
    s.meter_stop_text = clean_text(stop.meter_text, longest_raw);
    s.ended_at_text = clean_text(stop.at_text, longest_raw);
    if (stop.transaction_key.empty()) s.set_flag(stop_without_key);
    now.touch(s);
    s.work.shown = true;
    if (s.has_flag(operator_decided)) return; // raw values kept, the decision stands

    s.end = end_kind::stopped;
    s.end_limit.reset();
    s.end_epoch = now.event.connection;
    s.end_received_at = now.event.received_at;
    s.ended_at = cut_to_seconds(billed_time(stop.at, now.event.received_at));
    s.stop_reason = clean_text(stop.reason);
    s.clear_flag(duration_clamped);
    if (!is_plausible(stop.at, now.event.received_at)) s.set_flag(stop_time_replaced);
    s.work.ended = true;
    rebill(s);
}

} // namespace

void on_ended(const step& now, const events::ended& stop) {
    auto signature = stop_signature(stop);
    auto* target = find_target(now, stop, signature);
    if (target == nullptr) target = &park(now, stop);
    take_samples(now, stop.samples, target->connector, stop.transaction_key, target, 0);
    if (target->really_stopped()) return;

    if (!target->previous_stop.empty() && target->previous_stop == signature) {
        auto* before = previous_occurrence(now.state, *target);
        if (before != nullptr) {
            target->work.merged_into = before;
            now.touch(*target);
            return;
        }
    }
    take_stop(now, *target, stop, std::move(signature));
}

} // namespace voltlane::domain
