#pragma once

#include "api/auth/revocations.hpp"
#include "api/auth/tokens.hpp"
#include "api/call.hpp"
#include "shared/pg/pool.hpp"
#include "shared/store/accounts.hpp"

#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <variant>

namespace voltlane::api {

// Turns an Authorization header into who calls. What the database says about an account is kept for two
// seconds, so that a busy client costs no statement a call; a revoked session stops at once (see
// revocations).
//
// Any thread.
class authenticator {
public:
    static constexpr std::chrono::seconds keep_callers{2};
    static constexpr std::size_t most_callers = 20'000; // then all are forgotten and asked anew

    authenticator(const tokens& t, const revocations& r, pg::pool& database, const clock& c)
        : tokens_(t)
        , revocations_(r)
        , database_(database)
        , clock_(c) {}

    // The identity, or the response that refuses it. Throws what pg::pool throws.
    async::awaitable<std::variant<identity, http::response>> authenticate(const http::request& r,
                                                                          async::steady_point deadline);
    // Whether a token's login session and account still hold, e.g. for a refresh. Throws what pg::pool
    // throws.
    async::awaitable<std::optional<identity>> check(claims c, async::steady_point deadline);

private:
    struct kept {
        store::caller_row row;
        account_id account;
        clock::steady_point until{};
    };
    std::optional<store::caller_row> look_up(const claims& c);
    async::awaitable<std::optional<store::caller_row>> find(claims c, async::steady_point deadline);

    const tokens& tokens_;
    const revocations& revocations_;
    pg::pool& database_;
    const clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, kept> callers_; // by login session
};

} // namespace voltlane::api
