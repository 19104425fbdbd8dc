#pragma once

#include "shared/base/ids.hpp"

#include <cstdint>
#include <vector>

namespace voltlane::domain {

// The last epochs of one charger with the last sequence number seen of each: recognises events that were
// delivered twice under one id. Four, since a flapping charger's gateways may still be re-sending for its
// last few connections; what is older is processed again and recognised by meaning.
class epoch_window {
public:
    static constexpr std::size_t capacity = 4;
    struct entry {
        epoch connection;
        std::int64_t last_seq = 0;

        bool operator==(const entry&) const = default;
    };

    epoch_window() = default;
    // As stored; any order; more than `capacity` entries: the oldest fall out.
    explicit epoch_window(std::vector<entry> entries);

    // False: seen before, skip it. True: new, or of an epoch older than those kept (which is not noted). An
    // unknown epoch (an operator's decision) is always new.
    bool admit(const epoch& connection, std::int64_t seq);

    const std::vector<entry>& entries() const noexcept { return entries_; } // oldest first

private:
    std::vector<entry> entries_;
};

} // namespace voltlane::domain
