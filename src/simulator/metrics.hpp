#pragma once

#include "shared/base/metrics.hpp"
#include "simulator/net/fleet.hpp"
#include "simulator/summary.hpp"

namespace voltlane::simulator {

// What the admin port serves, brought up to date from the statistics once a second.
class sim_metrics {
public:
    explicit sim_metrics(metrics::registry& r)
        : connected_(r.add_gauge("sim_connected", "Chargers with a connection"))
        , accepted_(r.add_gauge("sim_accepted", "Chargers whose registration was accepted"))
        , charging_(r.add_gauge("sim_charging", "Connectors with a running transaction"))
        , sent_(r.add_gauge("sim_calls_sent", "Calls sent since the start"))
        , answered_(r.add_gauge("sim_calls_answered", "Calls answered by a result since the start"))
        , sessions_(r.add_gauge("sim_sessions_started", "Transactions started since the start")) {}

    void update(const fleet::present& p, const statistics& s) {
        connected_.Set(static_cast<double>(p.connected));
        accepted_.Set(static_cast<double>(p.accepted));
        charging_.Set(static_cast<double>(p.charging));
        double sent = 0;
        double answered = 0;
        for (const auto& c : s.calls) {
            sent += static_cast<double>(c.sent);
            answered += static_cast<double>(c.answered);
        }
        sent_.Set(sent);
        answered_.Set(answered);
        sessions_.Set(static_cast<double>(s.sessions_started));
    }

private:
    metrics::gauge& connected_;
    metrics::gauge& accepted_;
    metrics::gauge& charging_;
    metrics::gauge& sent_;
    metrics::gauge& answered_;
    metrics::gauge& sessions_;
};

} // namespace voltlane::simulator
