#pragma once

#include "shared/domain/price_choice.hpp"
#include "shared/domain/session/charger_state.hpp"
#include "shared/events/changes.hpp"
#include "shared/events/inbound.hpp"

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::domain {

// One sample to store. Views stand in the event's memory or in batch_effects::texts; they hold no NUL.
struct meter_row {
    const charger_state* charger = nullptr;
    const session* of = nullptr; // null: station-level or unknown; else read of->target().id after the insert
    std::int64_t connector = 0;
    std::string_view transaction_key;
    timestamp received_at{};
    epoch connection;
    std::int64_t seq = 0;
    std::int32_t sample =
        0;          // its number in the event: received_at, charge point, epoch, seq, sample are unique
    timestamp at{}; // the charger's if plausible, else received_at
    std::string_view measurand, value, unit, phase, context, location;
};

// Rollups take the difference: add these to (tenant, day, account, shard). Account nullopt: nobody's.
struct rollup_delta {
    tenant_id tenant;
    std::int64_t charge_point = 0; // internal id
    std::chrono::sys_days day{};
    std::optional<account_id> account;
    std::int64_t sessions = 0;
    watt_hours energy_wh = 0;
    std::int64_t total_units = 0; // of 10^-3
};

// A session that came, went or is counted elsewhere: its row is taken off where `before` says and added where
// `after` does. Its id is read after the insert.
struct count_delta {
    const charger_state* charger = nullptr;
    const session* of = nullptr;
    std::optional<session::presence> before, after;
};

// A repeat that had been taken for a new occurrence: give its meter values to `into`, delete the row. `id` 0:
// it never was in SQL.
struct removal {
    const charger_state* charger = nullptr;
    const session* removed = nullptr;
    const session* into = nullptr;
};

struct decision_row {
    const charger_state* charger = nullptr;
    std::string decision_id;
    session_id session;
    std::string action;
    std::optional<std::int64_t> energy_wh;
    account_id by;
    timestamp at{};
    bool applied = false; // false: the session was unknown or the state did not allow it
};

// csms.sessions: made into a record with to_change() once ids are known.
struct change_note {
    const charger_state* charger = nullptr;
    const session* of = nullptr;
    std::string_view kind; // started, updated, ended, reviewed, merged
};

// What a batch does, of all of its chargers. Pointers stand until settle().
struct batch_effects {
    std::vector<meter_row> meter_values;
    std::vector<session*> inserted; // the writer sets `id` of each
    std::vector<const session*> updated;
    std::vector<const charger_state*> owners_inserted; // the charger of each of `inserted`, same order
    std::vector<const charger_state*> owners_updated;
    std::vector<removal> removed;
    std::vector<rollup_delta> rollups; // one per (day, account) of a charger
    std::vector<count_delta> counts;
    std::vector<change_note> changes;
    std::vector<decision_row> decisions;
    std::vector<const charger_state*> epochs; // whose epochs are to be written
    std::deque<std::string> texts;            // owns what had to be cleaned
};

// Folds one event into the state. `prices`: rows of this charge point, as price_needs() asked. Event order is
// log order. Never fails: what cannot be understood is kept and put under review.
void apply(charger_state& state, const events::inbound& event, std::span<const price_row> prices,
           batch_effects& out);

// Appends what the events since the last settle() changed: sessions, rollups, changes, epochs.
void harvest(charger_state& state, batch_effects& out);

// After the commit, with ids set: clears the marks, forgets sessions that are no longer open.
void settle(charger_state& state);

events::session_change to_change(const change_note& note);

} // namespace voltlane::domain
