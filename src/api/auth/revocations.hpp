#pragma once

#include "shared/base/clock.hpp"
#include "shared/store/login_sessions.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace voltlane::api {

// Which login sessions are revoked, as this pod knows: what it revoked itself at once, what others revoked
// from polling PostgreSQL twice a second. A view older than five seconds is stale: every request then asks
// the database.
//
// Any thread. Size: revoked sessions whose refresh token has not expired, 32 bytes each.
class revocations {
public:
    static constexpr std::chrono::milliseconds poll_every{500};
    static constexpr std::chrono::seconds stale_after{5};
    // Polls look back this far past the last one: commits become visible later than their clocks say.
    static constexpr std::chrono::seconds overlap{10};

    explicit revocations(const clock& c) : clock_(c) {}

    bool is_revoked(std::int64_t session) const;
    bool stale() const;
    std::chrono::duration<double> age() const;

    void add(std::int64_t session, timestamp expires_at); // revoked here
    // What the database said as of `asked_at` (before the query began); also forgets what has expired.
    void apply(const std::vector<store::revoked_session>& found, clock::steady_point asked_at);

private:
    const clock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<std::int64_t, timestamp> revoked_;
    bool loaded_ = false;
    clock::steady_point as_of_{};
};

} // namespace voltlane::api
