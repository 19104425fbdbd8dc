#include "api/auth/revocations.hpp"

namespace voltlane::api {

bool revocations::is_revoked(std::int64_t session) const {
    const std::lock_guard lock(mutex_);
    return revoked_.contains(session);
}

bool revocations::stale() const {
    const std::lock_guard lock(mutex_);
    return !loaded_ || clock_.steady_now() - as_of_ > stale_after;
}

std::chrono::duration<double> revocations::age() const {
    const std::lock_guard lock(mutex_);
    return clock_.steady_now() - as_of_;
}

void revocations::add(std::int64_t session, timestamp expires_at) {
    const std::lock_guard lock(mutex_);
    revoked_[session] = expires_at;
}

void revocations::add(const std::vector<store::revoked_session>& revoked_here) {
    const std::lock_guard lock(mutex_);
    for (const auto& s : revoked_here)
        revoked_[s.id] = s.expires_at;
}

void revocations::apply(const std::vector<store::revoked_session>& found, clock::steady_point asked_at) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    std::erase_if(revoked_, [now](const auto& entry) { return entry.second + keep_expired < now; });
    for (const auto& s : found)
        revoked_[s.id] = s.expires_at;
    as_of_ = asked_at;
    loaded_ = true;
}

} // namespace voltlane::api
