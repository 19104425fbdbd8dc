#include "api/auth/upkeep.hpp"

#include "shared/base/log.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::hours purge_every{1};
constexpr std::chrono::hours keep_expired{24}; // for people who look at the table
constexpr std::chrono::seconds patience{5};

} // namespace

async::awaitable<void> keep_revocations(pg::pool& database, revocations& view, const clock& now, metrics& m) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    timestamp since{};
    clock::steady_point purge_at = now.steady_now() + purge_every;
    static log::limiter limit{std::chrono::seconds(10)};
    for (;;) {
        const auto asked = now.now();
        const auto asked_at = now.steady_now();
        const bool purge = asked_at >= purge_at;
        try {
            auto work = [since, purge, before = asked - keep_expired](pg::transaction& t) {
                if (purge) store::purge_login_sessions(t, before);
                return store::revoked_since(t, since);
            };
            const auto found = co_await database.run(std::move(work), asked_at + patience);
            view.apply(found, asked_at);
            since = asked - revocations::overlap;
            if (purge) purge_at = asked_at + purge_every;
        } catch (const std::exception& e) {
            if (const auto n = limit.due(std::chrono::steady_clock::now()))
                log::get("api")->warn("revoked login sessions are not known: {} ({} times)", e.what(), n);
        }
        m.revocation_age_seconds.Set(view.age().count());
        timer.expires_after(revocations::poll_every);
        co_await timer.async_wait(async::use);
    }
}

} // namespace voltlane::api
