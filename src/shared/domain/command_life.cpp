#include "shared/domain/command_life.hpp"

namespace voltlane::domain {
namespace {

using events::command_state;

// What we know against what we assume: the higher one stands, whatever the order of reading.
int rank(command_state s) {
    switch (s) {
    case command_state::queued: return 0;
    case command_state::expired: return 1;
    case command_state::undeliverable: return 2;
    case command_state::refused: return 3;
    case command_state::sent: return 4;
    case command_state::timeout: return 5;
    case command_state::answered:
    case command_state::error: return 6;
    }
    return 0;
}

} // namespace

bool may_follow(command_state from, command_state to) {
    return rank(to) > rank(from);
}

bool is_ended(command_state s) {
    return s != command_state::queued && s != command_state::sent;
}

bool apply(command_life& life, const events::reply& reply) {
    bool changed = false;
    if (reply.state == command_state::sent && !life.sent_at) {
        life.sent_at = reply.at;
        changed = true;
    }
    if (!may_follow(life.state, reply.state)) return changed;
    life.state = reply.state;
    life.ended_at = is_ended(reply.state) ? std::optional(reply.at) : std::nullopt;
    life.response = reply.response;
    life.error_code = reply.error_code;
    life.error_description = reply.error_description;
    life.error_details = reply.error_details;
    return true;
}

std::optional<command_state> overdue(const command_life& life, timestamp deadline, timestamp now) {
    if (is_ended(life.state) || now < deadline + command_grace) return std::nullopt;
    return life.state == command_state::sent ? command_state::timeout : command_state::expired;
}

} // namespace voltlane::domain
