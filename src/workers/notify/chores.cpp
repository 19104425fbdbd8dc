#include "workers/notify/chores.hpp"

#include "shared/base/log.hpp"
#include "shared/store/deliveries.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/registrations.hpp"
#include "workers/notify/back_off.hpp"
#include "workers/notify/dead_delivery.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most_buried = 200;    // at a time, so that the transaction stays short
constexpr std::int64_t most_deleted = 5000;  // likewise; the next ones follow at once
constexpr std::int64_t most_forgotten = 200; // accounts: each is looked for in many tables
constexpr auto untouched = 1h;               // longer than any pause between two attempts
constexpr auto deliveries_kept = std::chrono::days(7);
constexpr auto requests_kept = std::chrono::days(1);
constexpr auto expired_tokens_kept = std::chrono::days(1);
constexpr auto least_unverified_kept = std::chrono::days(7);

} // namespace

upkeep::chore abandoned_deliveries_chore(const clock& clock) {
    return [&clock](pg::transaction& t) {
        const auto abandoned = store::find_abandoned_deliveries(t, given_up_after, untouched, most_buried);
        const auto now = clock.now(); // for people, in the dead letter
        for (const auto& d : abandoned)
            bury(t, d, "nobody carried it out for a day: is no SMTP server configured?", now);
        if (!abandoned.empty())
            log::get("notify")->error("{} deliveries given up: nobody carried them out for a day",
                                      abandoned.size());
        return static_cast<std::int64_t>(abandoned.size()) >= most_buried;
    };
}

upkeep::chore old_deliveries_chore(upkeep_metrics& metrics) {
    return [&metrics](pg::transaction& t) {
        const auto ended = store::delete_old_deliveries(t, deliveries_kept, most_deleted);
        const auto requests = store::delete_old_reset_requests(t, requests_kept, most_deleted);
        const auto tokens = store::purge_one_time_tokens(t, expired_tokens_kept, most_deleted);
        metrics.old_rows.Increment(static_cast<double>(ended + requests + tokens));
        return std::max({ended, requests, tokens}) >= most_deleted;
    };
}

std::chrono::hours unverified_kept(std::chrono::hours token_life) {
    return std::max<std::chrono::hours>(least_unverified_kept, token_life + std::chrono::days(1));
}

upkeep::chore unverified_accounts_chore(upkeep_metrics& metrics, std::chrono::hours kept) {
    return [&metrics, kept](pg::transaction& t) {
        const auto gone = store::purge_unverified_accounts(t, kept, most_forgotten);
        metrics.old_rows.Increment(static_cast<double>(gone));
        return gone >= most_forgotten;
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
