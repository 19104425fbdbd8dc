#pragma once

#include "shared/domain/session/charger_state.hpp"
#include "shared/domain/session/session.hpp"
#include "shared/events/inbound.hpp"

#include <string_view>

// Which of a charge point's sessions an event speaks of. All return null where there is none; merged ones are
// skipped.
namespace voltlane::domain {

// The one that began later in log order.
bool is_later(const session& a, const session& b);

session* find_by_id(const charger_state& state, session_id id);
session* latest_occurrence(const charger_state& state, std::string_view identity_hash);
// The occurrence of the same tuple before this one.
session* previous_occurrence(const charger_state& state, const session& s);
// One more than any that stands or is being removed: the writer inserts before it removes.
std::int32_t next_occurrence(const charger_state& state, std::string_view identity_hash);
// The latest open session with that transaction id, else the latest.
session* find_by_key(const charger_state& state, std::string_view transaction_key);
// At most one is open per connector.
session* open_on_connector(const charger_state& state, std::int64_t connector);

// A stop without a usable transaction id (field-notes 21, 22): the one open session that its tag, meter and
// time fit; among several the one whose start came over the same connection; null where that is ambiguous.
session* match_keyless_stop(const charger_state& state, const events::inbound& event,
                            const events::ended& stop);
// A loaded session that this very stop has ended already.
session* find_stopped_by(const charger_state& state, std::string_view signature);

// An orphan whose start this may be: by transaction id, or (no id) by tag, meter and time where just one
// fits. Only for trusted timestamps: without a clock every start would fit.
session* match_orphan(const charger_state& state, const events::inbound& event, const events::started& start);

} // namespace voltlane::domain
