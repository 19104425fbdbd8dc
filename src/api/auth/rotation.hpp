#pragma once

#include "shared/store/login_sessions.hpp"

#include <chrono>
#include <cstdint>

namespace voltlane::api {

// What becomes of a refresh token that was sent.
enum class refresh_verdict {
    good,    // the pair's: rotate, or (where nothing rotates) serve
    again,   // the last pair's, sent again soon after its rotation: the answer may have been lost
    reused,  // a dead one: somebody else has it, the session is to be revoked
    revoked, // the session was revoked
    refused, // expired, barred or never made
};

// How long a rotation is answered again with the pair it made. Longer helps a client with a worse network,
// and whoever stole its token.
inline constexpr std::chrono::seconds refresh_grace{10};

// `presented`: the rotation that the token says it was made for.
constexpr refresh_verdict judge_refresh(const store::refresh_state& s, std::int64_t presented) noexcept {
    if (s.revoked) return refresh_verdict::revoked;
    if (presented > s.rotation || s.expires_at <= s.now || !s.may_login) return refresh_verdict::refused;
    if (presented == s.rotation) return refresh_verdict::good;
    const bool last = presented == s.rotation - 1 && s.rotated_at;
    return last && s.now - *s.rotated_at <= refresh_grace ? refresh_verdict::again : refresh_verdict::reused;
}

} // namespace voltlane::api
