#include "workers/notify/chores.hpp"

#include "shared/base/log.hpp"
#include "shared/store/deliveries.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/registrations.hpp"
#include "workers/notify/back_off.hpp"
#include "workers/notify/dead_delivery.hpp"

#include <array>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most_buried = 200;   // at a time, so that the transaction stays short
constexpr std::int64_t most_deleted = 5000; // likewise; the next ones follow at once
constexpr auto untouched = 1h;              // longer than any pause between two attempts
constexpr auto deliveries_kept = std::chrono::days(7);
constexpr auto requests_kept = std::chrono::days(1);
constexpr auto expired_tokens_kept = std::chrono::days(1);
// Longer than a verification link lives and can be asked for anew with patience.
constexpr auto unverified_kept = std::chrono::days(7);

} // namespace

upkeep::chore abandoned_deliveries_chore(const clock& clock) {
    return [&clock](pg::transaction& t) {
        const auto now = clock.now();
        const auto abandoned =
            store::find_abandoned_deliveries(t, now - given_up_after, now - untouched, most_buried);
        for (const auto& d : abandoned)
            bury(t, d, "nobody carried it out for a day: is no SMTP server configured?", now);
        if (!abandoned.empty())
            log::get("notify")->error("{} deliveries given up: nobody carried them out for a day",
                                      abandoned.size());
        return static_cast<std::int64_t>(abandoned.size()) >= most_buried;
    };
}

upkeep::chore old_deliveries_chore(upkeep_metrics& metrics, const clock& clock) {
    return [&metrics, &clock](pg::transaction& t) {
        const auto now = clock.now();
        const auto ended = store::delete_old_deliveries(t, now - deliveries_kept, most_deleted);
        const auto requests = store::delete_old_reset_requests(t, now - requests_kept, most_deleted);
        const auto tokens = store::purge_one_time_tokens(t, now - expired_tokens_kept);
        metrics.old_rows.Increment(static_cast<double>(ended + requests + tokens));
        return std::max(ended, requests) >= most_deleted;
    };
}

upkeep::chore unverified_accounts_chore(upkeep_metrics& metrics, const clock& clock) {
    return [&metrics, &clock](pg::transaction& t) {
        const auto gone = store::purge_unverified_accounts(t, clock.now() - unverified_kept, most_deleted);
        metrics.old_rows.Increment(static_cast<double>(gone));
        return gone >= most_deleted;
    };
}

upkeep::chore waiting_deliveries_chore(metrics::registry& registry) {
    struct gauges {
        std::string kind;
        metrics::gauge& count;
        metrics::gauge& oldest;
    };
    std::vector<gauges> all;
    for (const std::string kind : {"mail", "integration"})
        all.push_back({kind,
                       registry.add_gauge("notify_waiting",
                                          "Deliveries that are not carried out yet, in the "
                                          "whole deployment",
                                          {{"kind", kind}}),
                       registry.add_gauge("notify_oldest_seconds",
                                          "Time since the oldest of them was asked for", {{"kind", kind}})});
    return [all = std::move(all)](pg::transaction& t) {
        const auto waiting = store::count_waiting_deliveries(t);
        for (const auto& g : all) {
            const auto found = waiting.find(g.kind);
            g.count.Set(found == waiting.end() ? 0 : static_cast<double>(found->second.count));
            g.oldest.Set(found == waiting.end() ? 0 : found->second.oldest_seconds);
        }
        return false;
    };
}

} // namespace voltlane::workers
