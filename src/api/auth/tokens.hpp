#pragma once

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
};

// Makes and reads our JSON web tokens: HS256 and nothing else, whatever a token's header asks for. Immutable,
// any thread.
class tokens {
public:
    // Tokens longer than this are no tokens of ours, and are not looked at.
    static constexpr std::size_t max_bytes = 2048;

    tokens(std::string key, std::chrono::seconds access_life, std::chrono::seconds refresh_life,
           const clock& now);

    std::string issue(token_kind kind, account_id account, std::int64_t session) const;
    // nullopt: not ours, of another algorithm or kind, expired, or lacking a claim.
    std::optional<claims> read(std::string_view token) const;
    std::optional<claims> read(std::string_view token, token_kind kind) const;

    timestamp refresh_expiry() const { return clock_.now() + refresh_life_; }

private:
    std::string key_;
    std::chrono::seconds access_life_, refresh_life_;
    const clock& clock_;
};

} // namespace voltlane::api
