#include "api/auth/upkeep.hpp"

#include "shared/base/log.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::hours purge_every{1};
constexpr std::chrono::hours kept_expired{24}; // the longest life of an access token (access-seconds)
constexpr std::chrono::seconds patience{5};
constexpr std::chrono::seconds write_every{5};
constexpr std::size_t most_at_once = 5'000; // rows of one statement, some 50 ms
constexpr std::int64_t most_purged = 5'000; // likewise; where there were more, the next ones go soon

void warn(std::string_view what, const std::exception& e) {
    static log::limiter limit{std::chrono::seconds(10)};
    if (const auto n = limit.due(std::chrono::steady_clock::now()))
        log::get("api")->warn("{}: {} ({} times)", what, e.what(), n);
}

} // namespace

async::awaitable<void> keep_revocations(pg::pool& database, revocations& view, const clock& now, metrics& m) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    timestamp since{};
    for (;;) {
        const auto asked_at = now.steady_now();
        try {
            auto work = [since](pg::transaction& t) {
                return store::revoked_since(t, since);
            };
            const auto found = co_await database.read(std::move(work), asked_at + patience);
            view.apply(found.revoked, asked_at);
            since = found.as_of - revocations::overlap;
        } catch (const std::exception& e) {
            warn("revoked login sessions are not known", e);
        }
        m.revocation_age_seconds.Set(view.age().count());
        timer.expires_at(asked_at + revocations::poll_every);
        co_await timer.async_wait(async::use);
    }
}

async::awaitable<void> write_activity(pg::pool& database, activity& used, const clock& now) {
    for (;;) {
        const auto batch = used.take(most_at_once);
        if (batch.empty()) co_return;
        try {
            auto work = [batch](pg::transaction& t) {
                store::note_login_activity(t, batch);
            };
            co_await database.run(std::move(work), now.steady_now() + patience);
        } catch (const std::exception& e) {
            used.forget(batch);
            warn("the last use of login sessions was not written", e);
            co_return;
        }
    }
}

async::awaitable<void> keep_login_sessions(pg::pool& database, activity& used, const clock& now) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    auto purge_at = now.steady_now() + purge_every;
    for (;;) {
        timer.expires_after(write_every);
        co_await timer.async_wait(async::use);
        co_await write_activity(database, used, now);
        if (now.steady_now() < purge_at) continue;
        purge_at = now.steady_now() + purge_every; // also where it fails: there is no hurry
        try {
            auto work = [](pg::transaction& t) {
                return store::purge_login_sessions(t, kept_expired, most_purged);
            };
            const auto purged = co_await database.run(std::move(work), now.steady_now() + patience);
            if (purged >= most_purged) purge_at = now.steady_now();
        } catch (const std::exception& e) {
            warn("expired login sessions were not deleted", e);
        }
    }
}

} // namespace voltlane::api
