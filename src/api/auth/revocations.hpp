#pragma once

#include "shared/base/clock.hpp"
#include "shared/store/login_sessions.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace voltlane::api {

// Which login sessions are revoked, as this pod knows: what it revoked itself at once, what others revoked
// from polling PostgreSQL more than twice a second. A view that is older than that is stale: every request
// then asks the database.
//
// Any thread. Size: revoked sessions whose tokens may be alive, 32 bytes each.
class revocations {
public:
    // Together less than the second within which a revocation counts everywhere.
    static constexpr std::chrono::milliseconds poll_every{400};
    static constexpr std::chrono::milliseconds stale_after{900};
    // Polls look back this far past the last one: commits become visible later than their clocks say.
    static constexpr std::chrono::seconds overlap{30};
    // The longest life of an access token that the last moment of a refresh token bought, and a day for
    // clocks that differ.
    static constexpr std::chrono::hours keep_expired{48};

    explicit revocations(const clock& c) : clock_(c) {}

    bool is_revoked(std::int64_t session) const;
    bool stale() const;
    std::chrono::duration<double> age() const;

    // Revoked here. `expires_at`: of the session's refresh token.
    void add(std::int64_t session, timestamp expires_at);
    void add(const std::vector<store::revoked_session>& revoked_here);
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
