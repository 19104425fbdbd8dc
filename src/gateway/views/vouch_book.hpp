#pragma once

#include "gateway/views/text_map.hpp"
#include "shared/base/time.hpp"
#include "shared/events/directory.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace voltlane::gateway {

// An account's word for a charger and tag, and the start that used it first.
struct vouch_state {
    events::vouch_entry entry;
    std::string bound_to; // identity hash; empty: none yet
    bool refused = false; // the charger refused the command: holds for nothing
};

// The vouches of one tenant, one per charge point and tag: that of the newest command. They come twice, with
// the command and from csms.directory, in either order.
class vouch_book {
public:
    // Vouches of one tenant; each is kept for a day, so that this bounds what its accounts can make a gateway
    // hold (some 3 MB a shard). One more: the oldest goes, its charger answers by the tag alone.
    static constexpr std::size_t capacity = 10'000;

    // nullptr: none, or the charger refused its command.
    vouch_state* find(std::string_view canonical_id, std::string_view folded_tag);
    // Of a command older than the one that is here: ignored. Of the same: what bound or refused it stays.
    void put(const events::vouch_entry& e);
    void erase(std::string_view canonical_id, std::string_view folded_tag);
    // The charger did not accept this command. A vouch that a start has bound stays: that start was answered.
    // The other ones are kept as refused, as a copy of theirs may still come.
    void refuse(std::string_view canonical_id, std::string_view command);
    void forget_ended_before(timestamp t);

    std::size_t size() const noexcept { return states_.size(); }
    std::uint64_t evicted() const noexcept { return evicted_; }

private:
    using states = text_map<vouch_state>;
    static std::string key_of(std::string_view canonical_id, std::string_view folded_tag);
    void drop(states::iterator at);

    states states_;
    std::set<std::pair<timestamp, std::string_view>> by_age_; // `from`, and the key in states_
    std::uint64_t evicted_ = 0;
};

} // namespace voltlane::gateway
