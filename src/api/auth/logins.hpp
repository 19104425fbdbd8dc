#pragma once

#include "api/auth/account_state.hpp"
#include "api/auth/login_guard.hpp"
#include "api/auth/passwords.hpp"
#include "api/auth/tokens.hpp"
#include "api/metrics.hpp"
#include "shared/pg/pool.hpp"
#include "shared/store/login_sessions.hpp"

#include <optional>
#include <string>
#include <variant>

namespace voltlane::api {

// An account whose owner gave its password and whom nothing bars.
struct proven_login {
    store::account account;
    std::string better_hash; // to be stored with the login session; empty: the old one is good
};

struct login_refusal {
    enum class reason { throttled, wrong, barred, already_open };
    reason why = reason::wrong;
    std::chrono::seconds wait{}; // throttled: how long
    account_bar bar{};           // barred: by what
};

// From a name and a password to a login session, for every way to log in. Whether there is such an account
// costs the same: one statement and one hash. References only; any thread.
class logins {
public:
    logins(pg::pool& database, passwords& p, login_guard& g, const tokens& t, const clock& now, metrics& m)
        : database_(database)
        , passwords_(p)
        , guard_(g)
        , tokens_(t)
        , clock_(now)
        , metrics_(m) {}

    // `login`: user name or e-mail. `client`: whose bound of hashes in flight it counts for. Throws what
    // pg::pool throws.
    async::awaitable<std::variant<proven_login, login_refusal>>
    prove(std::string login, std::string password, std::string client, async::steady_point deadline);

    struct opened {
        std::int64_t session = 0;
        token_pair tokens;
    };
    // `s`: account and life are filled in. Refused: wrong, where the password was changed or the account
    // barred meanwhile; already_open, a managed session while one of its client type is active.
    async::awaitable<std::variant<opened, login_refusal>>
    open(const proven_login& who, store::new_login_session s, async::steady_point deadline);

private:
    pg::pool& database_;
    passwords& passwords_;
    login_guard& guard_;
    const tokens& tokens_;
    const clock& clock_;
    metrics& metrics_;
};

} // namespace voltlane::api
