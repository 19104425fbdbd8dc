#include "api/auth/refreshes.hpp"

namespace voltlane::api {

void refreshes::learn(const store::revoked_session& s) {
    revocations_.add(s.id, s.expires_at);
    metrics_.sessions_reused.Increment();
}

async::awaitable<refreshes::rotated> refreshes::rotate(claims c, async::steady_point deadline) {
    struct done {
        refresh_verdict verdict = refresh_verdict::refused;
        std::int64_t rotation = 0;
        timestamp made_at{};
        std::optional<store::revoked_session> revoked;
    };
    auto work = [c, life = tokens_.refresh_life()](pg::transaction& t) {
        done d;
        const auto state = store::lock_refresh_state(t, c.account, c.session);
        if (!state) return d;
        d.verdict = judge_refresh(*state, c.rotation);
        if (d.verdict == refresh_verdict::good) {
            d.rotation = state->rotation + 1;
            d.made_at = store::rotate_login_session(t, c.session, life);
        } else if (d.verdict == refresh_verdict::again) {
            d.rotation = state->rotation;
            d.made_at = *state->rotated_at;
        } else if (d.verdict == refresh_verdict::reused) {
            d.revoked = store::revoke_login_session(t, c.account, c.session);
        }
        return d;
    };
    const auto d = co_await database_.run(std::move(work), deadline);
    if (d.revoked) learn(*d.revoked);
    rotated answer{d.verdict, {}};
    if (d.verdict == refresh_verdict::good || d.verdict == refresh_verdict::again)
        answer.tokens = tokens_.pair(c.account, c.session, d.rotation, d.made_at);
    co_return answer;
}

async::awaitable<refresh_verdict> refreshes::use(claims c, async::steady_point deadline) {
    const auto verdict = co_await judge(c, deadline);
    if (verdict != refresh_verdict::reused) co_return verdict;
    auto work = [c](pg::transaction& t) {
        return store::revoke_login_session(t, c.account, c.session);
    };
    if (const auto revoked = co_await database_.run(std::move(work), deadline)) learn(*revoked);
    co_return verdict;
}

async::awaitable<refresh_verdict> refreshes::judge(claims c, async::steady_point deadline) {
    auto work = [c](pg::transaction& t) {
        return store::find_refresh_state(t, c.account, c.session);
    };
    const auto state = co_await database_.read(std::move(work), deadline);
    co_return state ? judge_refresh(*state, c.rotation) : refresh_verdict::refused;
}

} // namespace voltlane::api
