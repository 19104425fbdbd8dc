#pragma once

#include "shared/base/time.hpp"
#include "shared/events/command.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace voltlane::domain {

// queued -> sent -> answered | error | timeout; queued -> expired | undeliverable | refused; timeout ->
// answered | error when the answer comes late. Replies may be read out of order, so each state has a rank and
// the higher one stands: what a charger said outranks what we assumed, and a second delivery attempt outranks
// the first one's failure.
struct command_life {
    events::command_state state = events::command_state::queued;
    std::optional<timestamp> sent_at;
    std::optional<timestamp> ended_at;
    std::string response; // JSON text
    std::string error_code, error_description, error_details;
};

// The whole table of transitions.
bool may_follow(events::command_state from, events::command_state to);
// Nothing follows but a late answer (timeout) or a fact that overtook an assumption.
bool is_ended(events::command_state s);
// Folds one reply; false: it says nothing new.
bool apply(command_life& life, const events::reply& reply);

// Rows are ended this long past their deadline, when no gateway can speak of them any more: its own timer
// (the deadline) and the log's delay are well inside.
inline constexpr std::chrono::seconds command_grace{30};
// What a command without news becomes at `now`: queued -> expired, sent -> timeout; nullopt: nothing yet.
std::optional<events::command_state> overdue(const command_life& life, timestamp deadline, timestamp now);

} // namespace voltlane::domain
