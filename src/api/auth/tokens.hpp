#pragma once

#include "api/auth/token_keys.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

enum class token_kind { access, refresh };
std::string_view to_string(token_kind k) noexcept;

// What a valid token says.
struct claims {
    account_id account;
    std::int64_t session = 0; // login_sessions.id
    token_kind kind = token_kind::access;
    timestamp issued_at{}, expires_at{};
    std::int64_t rotation = 0; // of a refresh token: login_sessions.rotation it was made for
};

struct token_pair {
    std::string access, refresh;
};

// Makes and reads our JSON web tokens. Which key a token names decides its algorithm, never the token itself;
// one that names no key is older than key names and is tried with the HS256 keys. Immutable, any thread.
class tokens {
public:
    // Tokens longer than this are no tokens of ours, and are not looked at.
    static constexpr std::size_t max_bytes = 2048;

    tokens(token_keys keys, std::chrono::seconds access_life, std::chrono::seconds refresh_life,
           const clock& now);

    // Both tokens of a login session's rotation, made at `at` (cut to whole seconds). The same arguments make
    // tokens of the same claims, and with HS256 and RS256 the same text, on every pod with the same key; an
    // ES256 signature is random.
    token_pair pair(account_id account, std::int64_t session, std::int64_t rotation, timestamp at) const;
    // An access token of its own, beside those of the pairs.
    std::string access(account_id account, std::int64_t session) const;

    // nullopt: not ours, of another algorithm or kind, expired, or lacking a claim.
    std::optional<claims> read(std::string_view token) const;
    std::optional<claims> read(std::string_view token, token_kind kind) const;

    std::chrono::seconds refresh_life() const noexcept { return refresh_life_; }
    timestamp refresh_expiry() const { return clock_.now() + refresh_life_; }

private:
    std::string sign(const claims& c, const std::string& jti) const;
    bool genuine(const std::string& token, const token_key& key) const;

    token_keys keys_;
    std::chrono::seconds access_life_, refresh_life_;
    const clock& clock_;
};

} // namespace voltlane::api
