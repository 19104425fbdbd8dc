#include "gateway/views/vouch_book.hpp"

#include <iterator>

namespace voltlane::gateway {

// Ids hold no slash (ocpp/charge_point_id.hpp), so the pair cannot be mistaken.
std::string vouch_book::key_of(std::string_view canonical_id, std::string_view folded_tag) {
    std::string key(canonical_id);
    key += '/';
    key += folded_tag;
    return key;
}

void vouch_book::drop(states::iterator at) {
    by_age_.erase({at->second.entry.from, at->first});
    states_.erase(at);
}

vouch_state* vouch_book::find(std::string_view canonical_id, std::string_view folded_tag) {
    if (states_.empty()) return nullptr;
    const auto at = states_.find(key_of(canonical_id, folded_tag));
    return at == states_.end() || at->second.refused ? nullptr : &at->second;
}

void vouch_book::put(const events::vouch_entry& e) {
    const auto [at, added] = states_.try_emplace(key_of(e.key.charge_point, e.id_tag_folded));
    auto& state = at->second;
    if (!added) {
        if (state.entry.command != e.command) {
            if (e.from < state.entry.from) return; // a late copy
            state.bound_to.clear();                // another command's: unused so far
            state.refused = false;
        }
        by_age_.erase({state.entry.from, at->first});
    }
    state.entry = e;
    by_age_.emplace(e.from, at->first);
    if (states_.size() <= capacity) return;
    ++evicted_;
    drop(states_.find(by_age_.begin()->second));
}

void vouch_book::erase(std::string_view canonical_id, std::string_view folded_tag) {
    if (const auto at = states_.find(key_of(canonical_id, folded_tag)); at != states_.end()) drop(at);
}

// Looks at all of them, as the answer names no tag: once for a remote start that was refused.
void vouch_book::refuse(std::string_view canonical_id, std::string_view command) {
    for (auto& [key, state] : states_)
        if (state.entry.command == command && state.entry.key.charge_point == canonical_id &&
            state.bound_to.empty())
            state.refused = true;
}

void vouch_book::forget_ended_before(timestamp t) {
    for (auto at = states_.begin(); at != states_.end();) {
        const auto next = std::next(at);
        if (at->second.entry.until < t) drop(at);
        at = next;
    }
}

} // namespace voltlane::gateway
