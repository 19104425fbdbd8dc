#pragma once

#include "shared/base/ids.hpp"
#include "shared/domain/price_choice.hpp"
#include "shared/domain/session/epoch_window.hpp"
#include "shared/domain/session/session.hpp"
#include "shared/events/inbound.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace voltlane::domain {

// Everything the fold knows of one charge point. A worker keeps it between batches while it owns the
// partition, and drops it when a batch did not commit. Sessions have stable addresses. One thread at a time.
//
//   needs(state, events) -> load, adopt() each row -> apply() each event -> harvest() -> write, set ids ->
//   settle()
struct charger_state {
    charger_key key;
    std::string identity;          // first spelling seen
    std::int64_t charge_point = 0; // the loader's own: PostgreSQL's internal id
    epoch_window epochs;
    bool loaded = false;       // epochs and all open sessions are here
    bool epochs_dirty = false; // harvest reports and clears it
    std::vector<std::unique_ptr<session>> sessions;
    std::unordered_set<std::string> known_decisions; // of this batch's decision ids, those applied already

    // A row read from SQL; ignored where that id is here already. Returns the one that stands.
    session& adopt(session row);
};

// Open sessions of one charge point, several times what any has connectors. A start beyond it ends the oldest
// open one as superseded, so that a charger that counts up connector ids cannot grow what every batch loads.
inline constexpr std::size_t most_open_sessions = 256;

// How many of a charge point's latest sessions a stop without a transaction id is compared with, to recognise
// a repeat. Beyond it a repeated stop becomes an orphan under review, which bills nothing.
inline constexpr int recent_sessions = 16;

// What must be read before a batch's events of one charger are folded. Empty vectors and false: nothing.
struct load_request {
    bool open_sessions = false;                // and the epochs: state.loaded is false
    std::vector<std::string> identity_hashes;  // of each the two latest occurrences
    std::vector<std::string> transaction_keys; // of each the two latest sessions (by id)
    std::vector<session_id> ids;               // decisions: must be of this charge point, else left out
    std::vector<std::string> decision_ids; // which of them are in the table of decisions -> known_decisions
    bool recent = false;                   // the `recent_sessions` latest by id
    // Orphans without a transaction key, not decided, that ended at or after this: the latest
    // `recent_sessions` of them.
    std::optional<timestamp> keyless_orphans_since;

    bool empty() const noexcept;
};

load_request needs(const charger_state& state, std::span<const events::inbound* const> events);

// Whose prices the batch may freeze, after the sessions are loaded: rows of this charge point for these
// accounts, these user types and for everybody, in force at any time in [from, until]. nullopt: none.
struct price_request {
    std::vector<account_id> accounts;
    std::vector<std::string> user_types;
    timestamp from{};
    timestamp until{};
};
std::optional<price_request> price_needs(const charger_state& state,
                                         std::span<const events::inbound* const> events);

} // namespace voltlane::domain
