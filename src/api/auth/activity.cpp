#include "api/auth/activity.hpp"

#include <algorithm>

namespace voltlane::api {

void activity::note(std::int64_t session) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    const auto found = noted_.find(session);
    if (found != noted_.end()) {
        if (now - found->second < once_in) return;
        found->second = now;
    } else {
        if (noted_.size() >= most_sessions) return;
        noted_.emplace(session, now);
    }
    if (waiting_.size() >= most_sessions) return;
    waiting_.emplace_back(session, now);
}

std::vector<store::session_activity> activity::take(std::size_t most) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    std::erase_if(noted_, [now](const auto& entry) { return now - entry.second >= once_in; });
    const auto count = std::min(most, waiting_.size());
    std::vector<store::session_activity> taken;
    taken.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        taken.push_back({waiting_[i].first,
                         std::chrono::duration_cast<std::chrono::milliseconds>(now - waiting_[i].second)});
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return taken;
}

void activity::forget(const std::vector<store::session_activity>& unwritten) {
    const std::lock_guard lock(mutex_);
    for (const auto& a : unwritten)
        noted_.erase(a.session);
}

} // namespace voltlane::api
