#pragma once

#include "gateway/session/session_stats.hpp"
#include "shared/base/metrics.hpp"

#include <array>
#include <string_view>

namespace voltlane::gateway {

// Every family of voltlane-gateway (docs/metrics.md is checked against it). Sessions count in session_stats;
// each shard adds what is new once a second.
class gateway_metrics {
public:
    explicit gateway_metrics(metrics::registry& registry);

    void add(const session_stats& now, const session_stats& before);

    metrics::gauge& connections; // of all shards
    metrics::counter& opened;    // handshakes that ended in a WebSocket
    metrics::counter& closed;
    metrics::counter& superseded;       // closed for a newer connection
    metrics::counter& frames_too_large; // closed with 1009
    metrics::counter& protocol_errors;  // closed with 1002 or 1007
    metrics::counter& timeouts;         // cut: no pong, no reading, a close that nobody answered
    metrics::counter& handshake_timeouts;
    metrics::counter& held;        // `held` records written
    metrics::gauge& directory_age; // seconds since the view was last known to be complete
    metrics::gauge& ready;
    metrics::counter& commands_received;
    metrics::counter& commands_undeliverable;
    metrics::counter& records_corrupt;

    // Handshakes that ended in an HTTP answer; counted under "other" where the status is none of ours.
    metrics::counter& refused(unsigned status);

private:
    metrics::counter* refused_[6];
    std::array<metrics::counter*, session_stats::max_actions> answered_{};
    std::array<metrics::counter*, session_stats::max_codes> call_errors_{};
    std::array<metrics::counter*, session_stats::max_quirks> quirks_{};
    std::array<metrics::counter*, session_stats::max_states> replies_{};
    metrics::counter& repeated_;
    metrics::counter& coalesced_;
    metrics::counter& dropped_;
    metrics::counter& published_;
    metrics::counter& resent_;
    metrics::counter& duplicate_commands_;
    metrics::counter& replies_dropped_;
    metrics::counter& unmatched_answers_;
    metrics::counter& delayed_reads_;
    metrics::counter& full_reads_;
    metrics::counter& evicted_vouches_;
};

} // namespace voltlane::gateway
