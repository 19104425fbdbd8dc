#pragma once

#include "api/auth/revocations.hpp"
#include "api/auth/rotation.hpp"
#include "api/auth/tokens.hpp"
#include "api/metrics.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// What is done with refresh tokens whose signature is right: the database is asked each time, since whether a
// token is the last of its session is known there alone. References only; any thread. Throws what pg::pool
// throws.
class refreshes {
public:
    refreshes(pg::pool& database, const tokens& t, revocations& r, metrics& m)
        : database_(database)
        , tokens_(t)
        , revocations_(r)
        , metrics_(m) {}

    struct rotated {
        refresh_verdict verdict = refresh_verdict::refused;
        token_pair tokens; // of good and again
    };
    // A new pair for a good token, the same pair for the one it replaced a moment ago; a dead one revokes its
    // session. Whatever happens between the commit and the answer, the token sent again gets that pair.
    async::awaitable<rotated> rotate(claims c, async::steady_point deadline);
    // Nothing rotates: good is good. A dead token revokes its session all the same.
    async::awaitable<refresh_verdict> use(claims c, async::steady_point deadline);
    // The verdict, and nothing is done.
    async::awaitable<refresh_verdict> judge(claims c, async::steady_point deadline);

private:
    void learn(const store::revoked_session& s);

    pg::pool& database_;
    const tokens& tokens_;
    revocations& revocations_;
    metrics& metrics_;
};

} // namespace voltlane::api
