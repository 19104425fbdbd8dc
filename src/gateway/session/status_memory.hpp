#pragma once

#include "shared/base/clock.hpp"

#include <array>
#include <chrono>
#include <cstdint>

namespace voltlane::gateway {

// Recognises a StatusNotification that says what the log already says (field-notes 41: the same one every
// second or two). Only acknowledged events are remembered, and only as the last word about their connector,
// so an answer without an event of its own still speaks of something durable: the state is in the log, a
// repetition adds nothing but its time.
//
// Bound: four connectors, the oldest is forgotten (its next notification becomes an event). After a minute an
// identical one becomes an event again.
class status_memory {
public:
    static constexpr std::chrono::seconds window{60};

    bool is_known(std::int64_t connector, std::uint64_t content, clock::steady_point now) const noexcept {
        for (const auto& e : entries_)
            if (e.used && e.connector == connector) return e.content == content && now < e.until;
        return false;
    }

    void remember(std::int64_t connector, std::uint64_t content, clock::steady_point now) noexcept {
        entry* slot = &entries_[0];
        for (auto& e : entries_) {
            if (e.used && e.connector == connector) {
                slot = &e;
                break;
            }
            if (!e.used || (slot->used && e.until < slot->until)) slot = &e;
        }
        *slot = {connector, content, now + window, true};
    }

private:
    struct entry {
        std::int64_t connector = 0;
        std::uint64_t content = 0;
        clock::steady_point until{};
        bool used = false;
    };
    std::array<entry, 4> entries_;
};

} // namespace voltlane::gateway
