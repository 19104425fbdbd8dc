#pragma once

#include "api/auth/activity.hpp"
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

// Turns an Authorization header into who calls, and notes that the login session is used. What the database
// says about an account is kept for a second, so that a busy client costs no statement a call; a revoked
// session stops at once (see revocations), whatever is kept.
//
// Any thread.
class authenticator {
public:
    static constexpr std::chrono::seconds keep_callers{1};
    static constexpr std::size_t most_callers = 20'000; // then all are forgotten and asked anew

    authenticator(const tokens& t, const revocations& r, activity& used, pg::pool& database, const clock& c)
        : tokens_(t)
        , revocations_(r)
        , activity_(used)
        , database_(database)
        , clock_(c) {}

    // The identity, or the response that refuses it. Throws what pg::pool throws.
    async::awaitable<std::variant<identity, http::response>> authenticate(const http::request& r,
                                                                          async::steady_point deadline);
    // Whether an access token's login session and account still hold. Throws what pg::pool throws.
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
    activity& activity_;
    pg::pool& database_;
    const clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, kept> callers_; // by login session
};

} // namespace voltlane::api
