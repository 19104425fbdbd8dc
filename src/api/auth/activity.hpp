#pragma once

#include "shared/base/clock.hpp"
#include "shared/store/login_sessions.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace voltlane::api {

// Which login sessions were used, until a batch of them is written: no request waits for it, and none costs a
// statement. Any thread.
class activity {
public:
    // A session's row says so at most this often.
    static constexpr std::chrono::seconds once_in{60};
    // Sessions remembered of the last minute, 48 bytes each; one more goes unnoted until there is room.
    static constexpr std::size_t most_sessions = 100'000;

    explicit activity(const clock& c) : clock_(c) {}

    void note(std::int64_t session);
    // Those that are to be written, at most so many; what take() returned and could not be written is noted
    // again with the session's next call.
    std::vector<store::session_activity> take(std::size_t most);
    void forget(const std::vector<store::session_activity>& unwritten);

private:
    const clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, clock::steady_point> noted_; // when last, within once_in
    std::vector<std::pair<std::int64_t, clock::steady_point>> waiting_;
};

} // namespace voltlane::api
