#pragma once

#include "shared/domain/session/fold.hpp"

#include <span>

// The parts of apply(), one per neutral input. Internal to session/.
namespace voltlane::domain {

struct step {
    charger_state& state;
    const events::inbound& event;
    std::span<const price_row> prices;
    batch_effects& out;

    // Marks a session as changed by this event.
    void touch(session& s) const {
        s.work.dirty = true;
        s.updated_at = event.received_at;
    }
};

void on_started(const step& now, const events::started& start);
void on_sampled(const step& now, const events::sampled& values);
void on_ended(const step& now, const events::ended& stop);
void on_decided(const step& now, const events::decided& decision);

// Stores the samples and lets them count for `of` as far as its state allows; null: for what is open on
// `fallback_connector` at their time (0: nothing).
void take_samples(const step& now, std::span<const events::sample> samples, std::int64_t connector,
                  std::string_view transaction_key, session* of, std::int64_t fallback_connector);

// Ends an open session at its last meter value: superseded, abandoned or closed.
void end_without_stop(const step& now, session& s, end_kind kind,
                      std::optional<std::chrono::sys_seconds> limit);

} // namespace voltlane::domain
