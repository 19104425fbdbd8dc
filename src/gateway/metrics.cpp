#include "gateway/metrics.hpp"

#include "shared/events/command.hpp"
#include "shared/ocpp/call_error.hpp"
#include "shared/ocpp/v16/calls.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <string>

namespace voltlane::gateway {
namespace {

constexpr unsigned refusal_statuses[] = {0, 400, 404, 426, 431, 503};

} // namespace

gateway_metrics::gateway_metrics(metrics::registry& r)
    : connections(r.add_gauge("gateway_connections", "Chargers connected"))
    , opened(r.add_counter("gateway_connections_opened_total", "Handshakes that ended in a WebSocket"))
    , closed(r.add_counter("gateway_connections_closed_total", "WebSockets that ended"))
    , superseded(r.add_counter("gateway_connections_superseded_total",
                               "Connections closed because the charger opened a newer one"))
    , frames_too_large(r.add_counter("gateway_frames_too_large_total", "Connections closed with 1009"))
    , protocol_errors(r.add_counter("gateway_protocol_errors_total", "Connections closed with 1002 or 1007"))
    , timeouts(r.add_counter("gateway_connection_timeouts_total",
                             "Connections cut: silent after a ping, not reading, or not closing"))
    , handshake_timeouts(
          r.add_counter("gateway_handshake_timeouts_total", "Sockets cut before their request was complete"))
    , held(r.add_counter("gateway_presence_held_total",
                         "Presence records corrected because a stale one came last"))
    , directory_age(r.add_gauge("gateway_directory_age_seconds",
                                "Time since the view of csms.directory was last known to be complete"))
    , ready(r.add_gauge("gateway_ready", "1 while chargers are accepted"))
    , commands_received(
          r.add_counter("gateway_commands_received_total", "Commands addressed to this gateway"))
    , commands_undeliverable(
          r.add_counter("gateway_commands_undeliverable_total", "Commands whose connection is not here"))
    , records_corrupt(
          r.add_counter("gateway_records_corrupt_total", "Records of other processes that could not be read"))
    , repeated_(r.add_counter("gateway_calls_repeated_total", "Calls answered again with their first answer"))
    , coalesced_(r.add_counter("gateway_calls_coalesced_total",
                               "StatusNotifications that said what the log already says"))
    , dropped_(r.add_counter("gateway_frames_dropped_total", "Messages that could not be answered"))
    , published_(r.add_counter("gateway_events_published_total", "Events handed to the log"))
    , resent_(r.add_counter("gateway_events_resent_total", "Events handed to the log again after a failure"))
    , duplicate_commands_(r.add_counter("gateway_commands_duplicate_total", "Commands dropped by their id"))
    , replies_dropped_(r.add_counter("gateway_command_replies_dropped_total",
                                     "Results of commands given up: too many waited for the log"))
    , unmatched_answers_(
          r.add_counter("gateway_answers_unmatched_total", "Answers of chargers to no call of ours"))
    , delayed_reads_(
          r.add_counter("gateway_reads_delayed_total", "Times reading was delayed by a charger's rate"))
    , full_reads_(r.add_counter("gateway_reads_stopped_total",
                                "Times reading stopped because calls waited for the log"))
    , evicted_vouches_(r.add_counter("gateway_vouches_evicted_total",
                                     "Vouches forgotten by a shard because their tenant had too many")) {
    for (std::size_t i = 0; i < std::size(refusal_statuses); ++i) {
        const auto label =
            refusal_statuses[i] == 0 ? std::string("none") : std::to_string(refusal_statuses[i]);
        refused_[i] = &r.add_counter("gateway_handshakes_refused_total", "Handshakes refused, by HTTP status",
                                     {{"status", label}});
    }
    for (const auto& c : ocpp::v16::calls())
        answered_[static_cast<std::size_t>(c.id)] = &r.add_counter(
            "gateway_calls_total", "Calls of chargers that were served", {{"action", std::string(c.name)}});
    for (std::size_t i = 0; i <= static_cast<std::size_t>(ocpp::call_error_code::generic_error); ++i) {
        const auto code = std::string(ocpp::to_string(static_cast<ocpp::call_error_code>(i)));
        call_errors_[i] =
            &r.add_counter("gateway_call_errors_total", "Calls answered with a CALLERROR", {{"code", code}});
    }
    for (std::size_t i = 0; i < ocpp::v16::quirk_count; ++i) {
        const auto name = std::string(ocpp::v16::to_string(static_cast<ocpp::v16::quirk>(i)));
        quirks_[i] = &r.add_counter("gateway_quirks_total", "Oddities of chargers that were served",
                                    {{"quirk", name}});
    }
    for (std::size_t i = 0; i <= static_cast<std::size_t>(events::command_state::refused); ++i) {
        const auto state = std::string(events::to_string(static_cast<events::command_state>(i)));
        replies_[i] = &r.add_counter("gateway_command_replies_total", "States that commands came into",
                                     {{"state", state}});
    }
}

metrics::counter& gateway_metrics::refused(unsigned status) {
    for (std::size_t i = 0; i < std::size(refusal_statuses); ++i)
        if (refusal_statuses[i] == status) return *refused_[i];
    return *refused_[0];
}

void gateway_metrics::add(const session_stats& now, const session_stats& before) {
    const auto each = [](auto& counters, const auto& a, const auto& b) {
        for (std::size_t i = 0; i < counters.size(); ++i)
            if (counters[i] != nullptr && a[i] != b[i])
                counters[i]->Increment(static_cast<double>(a[i] - b[i]));
    };
    each(answered_, now.answered, before.answered);
    each(call_errors_, now.refused, before.refused);
    each(quirks_, now.quirks, before.quirks);
    each(replies_, now.replies, before.replies);
    const auto one = [](metrics::counter& c, std::uint64_t a, std::uint64_t b) {
        if (a != b) c.Increment(static_cast<double>(a - b));
    };
    one(repeated_, now.repeated, before.repeated);
    one(coalesced_, now.coalesced, before.coalesced);
    one(dropped_, now.dropped, before.dropped);
    one(published_, now.published, before.published);
    one(resent_, now.resent, before.resent);
    one(duplicate_commands_, now.duplicate_commands, before.duplicate_commands);
    one(replies_dropped_, now.replies_dropped, before.replies_dropped);
    one(unmatched_answers_, now.unmatched_answers, before.unmatched_answers);
    one(delayed_reads_, now.delayed_reads, before.delayed_reads);
    one(full_reads_, now.full_reads, before.full_reads);
    one(evicted_vouches_, now.evicted_vouches, before.evicted_vouches);
}

} // namespace voltlane::gateway
