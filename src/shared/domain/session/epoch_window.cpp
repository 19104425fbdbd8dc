#include "shared/domain/session/epoch_window.hpp"

#include <algorithm>

namespace voltlane::domain {

epoch_window::epoch_window(std::vector<entry> entries) : entries_(std::move(entries)) {
    std::sort(entries_.begin(), entries_.end(),
              [](const entry& a, const entry& b) { return a.connection < b.connection; });
    if (entries_.size() > capacity)
        entries_.erase(entries_.begin(), entries_.end() - static_cast<std::ptrdiff_t>(capacity));
}

bool epoch_window::admit(const epoch& connection, std::int64_t seq) {
    if (!connection.known()) return true;
    const auto at =
        std::lower_bound(entries_.begin(), entries_.end(), connection,
                         [](const entry& e, const epoch& wanted) { return e.connection < wanted; });
    if (at != entries_.end() && at->connection == connection) {
        if (seq <= at->last_seq) return false;
        at->last_seq = seq;
        return true;
    }
    const bool full = entries_.size() == capacity;
    if (full && at == entries_.begin()) return true;
    entries_.insert(at, entry{connection, seq});
    if (full) entries_.erase(entries_.begin());
    return true;
}

} // namespace voltlane::domain
