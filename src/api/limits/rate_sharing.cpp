#include "api/limits/rate_sharing.hpp"

#include "shared/base/log.hpp"
#include "shared/store/request_rates.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::milliseconds share_every{500};
constexpr std::chrono::minutes purge_every{1};
// This minute and the one before count; two more for pods whose clocks are behind the database's.
constexpr std::chrono::minutes kept{4};
constexpr std::chrono::seconds patience{5};

std::vector<store::rate_growth> rows_of(const std::vector<rate_limits::growth>& grown) {
    std::vector<store::rate_growth> rows;
    rows.reserve(grown.size());
    for (const auto& g : grown)
        rows.push_back({g.key, rate_window::start_of(g.minute), g.by});
    return rows;
}

std::vector<rate_limits::sums> sums_of(const std::vector<rate_limits::growth>& grown,
                                       const std::vector<store::rate_sum>& rows) {
    std::unordered_map<std::string_view, const store::rate_sum*> by_key;
    for (const auto& r : rows)
        by_key[r.key] = &r;
    std::vector<rate_limits::sums> all;
    for (const auto& g : grown)
        if (const auto found = by_key.find(g.key); found != by_key.end())
            all.push_back({g.key, g.minute, g.own, found->second->used, found->second->before});
    return all;
}

} // namespace

async::awaitable<void> share_rates(pg::pool& database, rate_limits& limits, const clock& now,
                                   rate_metrics& m) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    auto purge_at = now.steady_now() + purge_every;
    static log::limiter limit{std::chrono::seconds(10)};
    for (;;) {
        const bool purge = now.steady_now() >= purge_at;
        if (purge) {
            limits.purge();
            purge_at = now.steady_now() + purge_every;
        }
        const auto grown = limits.to_share();
        if (purge || !grown.empty()) {
            try {
                auto work = [rows = rows_of(grown), purge](pg::transaction& t) {
                    if (purge) store::purge_rates(t, kept);
                    return rows.empty()
                               ? std::vector<store::rate_sum>()
                               : store::add_rates(t, rows, rate_window::length / std::chrono::seconds(1));
                };
                const auto sums = co_await database.run(std::move(work), now.steady_now() + patience);
                limits.learn(sums_of(grown, sums));
            } catch (const std::exception& e) {
                m.share_failures.Increment();
                if (const auto n = limit.due(std::chrono::steady_clock::now()))
                    log::get("api")->warn("counts of requests are not shared: {} ({} times)", e.what(), n);
            }
        }
        m.keys.Set(static_cast<double>(limits.keys()));
        m.forgotten.Set(static_cast<double>(limits.forgotten()));
        timer.expires_after(share_every);
        co_await timer.async_wait(async::use);
    }
}

} // namespace voltlane::api
