#include "api/metrics.hpp"

#include <algorithm>

namespace voltlane::api {

metrics::metrics(voltlane::metrics::registry& r)
    : logins(r.add_counter("api_logins_total", "Successful logins"))
    , logins_refused(r.add_counter("api_logins_refused_total", "Logins with a wrong name or password"))
    , logins_throttled(
          r.add_counter("api_logins_throttled_total",
                        "Logins and signups answered 429: too many attempts, or too many hashes at once"))
    , password_hashes(r.add_counter("api_password_hashes_total",
                                    "Password hashes made or checked, also for accounts that are none"))
    , sessions_reused(r.add_counter("api_login_sessions_reused_total",
                                    "Login sessions revoked since a dead refresh token was sent again"))
    , forwards_ignored(r.add_counter("api_forwarded_ignored_total",
                                     "Requests with X-Forwarded-For from an address that is not in "
                                     "trusted-proxies"))
    , commands(r.add_counter("api_commands_total", "Commands accepted and published"))
    , commands_rerouted(r.add_counter("api_commands_rerouted_total",
                                      "Commands published again since their charger had moved"))
    , commands_not_connected(
          r.add_counter("api_commands_not_connected_total", "Commands answered 409: charger not connected"))
    , commands_throttled(
          r.add_counter("api_commands_throttled_total",
                        "Commands answered 429: too many of one account, or unanswered by one charge point"))
    , command_waiters(r.add_gauge("api_command_waiters", "Requests that wait for a command's answer"))
    , revocation_age_seconds(
          r.add_gauge("api_revocation_view_age_seconds", "Age of the view of revoked login sessions"))
    , presence_chargers(r.add_gauge("api_presence_chargers", "Charge points in the view of presence"))
    , event_streams(r.add_gauge("api_event_streams", "Clients of server-sent events"))
    , events_sent(r.add_counter("api_events_sent_total", "Server-sent events written"))
    , event_resets(r.add_counter("api_event_resets_total", "Clients told to fetch everything anew"))
    , events_kept(r.add_gauge("api_events_kept", "Events kept in memory for clients that reconnect"))
    , registry_(r) {}

metrics::of_area& metrics::area(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (const auto found = areas_.find(name); found != areas_.end()) return found->second;
    of_area made;
    const std::string label(name);
    for (std::size_t digit = 2; digit <= 5; ++digit)
        made.by_class[digit] =
            &registry_.add_counter("api_requests_total", "Requests by area and status class",
                                   {{"area", label}, {"status", std::to_string(digit) + "xx"}});
    made.by_class[0] = made.by_class[1] = made.by_class[2];
    made.seconds = &registry_.add_counter("api_request_seconds_total", "Time spent answering, by area",
                                          {{"area", label}});
    return areas_.emplace(label, made).first->second;
}

void metrics::answered(std::string_view name, unsigned status, double seconds) {
    auto& a = area(name);
    a.by_class.at(std::min(status / 100, 5U))->Increment();
    a.seconds->Increment(std::max(seconds, 0.0));
}

} // namespace voltlane::api
