#pragma once

#include "shared/ocpp/v16/calls.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace voltlane::simulator {

// Round-trip times in buckets that grow by an eighth: percentiles within 12 %, at any number of calls.
class latencies {
public:
    void add(std::chrono::microseconds t) noexcept;
    void add(const latencies& others) noexcept;
    std::uint64_t count() const noexcept { return count_; }
    // Milliseconds; `percent` of 0 to 100. 0 where nothing was counted.
    double percentile(double percent) const noexcept;
    double longest_ms() const noexcept { return static_cast<double>(longest_us_) / 1000; }

private:
    static constexpr unsigned parts = 8;               // buckets to each doubling
    static constexpr std::size_t buckets = 36 * parts; // up to 19 hours
    std::array<std::uint32_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::int64_t longest_us_ = 0;
};

// What all chargers of one process did, for the summary at the end. One thread.
struct statistics {
    struct calls_part {
        std::uint64_t sent = 0;
        std::uint64_t answered = 0;
        std::uint64_t errors = 0;    // CALLERROR
        std::uint64_t timed_out = 0; // no answer within MessageTimeout
        std::uint64_t lost = 0;      // forgotten with the connection, or no room for it
        latencies times;
    };
    std::array<calls_part, ocpp::v16::action_count> calls;
    calls_part& of(ocpp::v16::action a) { return calls[static_cast<std::size_t>(a)]; }

    struct commands_part {
        std::uint64_t received = 0;
        std::map<std::string, std::uint64_t, std::less<>> answers; // by status or error code
    };
    std::map<std::string, commands_part, std::less<>> commands; // by name; unknown ones as "(unknown)"

    std::map<std::string, std::uint64_t, std::less<>> error_codes; // of CALLERRORs to our calls
    std::uint64_t connected = 0;                                   // times
    std::uint64_t reconnected = 0;
    std::map<std::string, std::uint64_t, std::less<>> failed_dials; // by reason
    std::uint64_t ended_by_server = 0;                              // connections
    std::uint64_t unexpected_frames = 0; // late or unknown answers, texts that are no frame
    std::uint64_t sessions_started = 0;
    std::uint64_t sessions_ended = 0;
    std::uint64_t refused_tags = 0;
    std::int64_t energy_wh = 0; // of ended sessions
    // The promises that a charger can see broken.
    std::uint64_t changed_transaction_ids = 0; // a repeated start got another id than the first
};

} // namespace voltlane::simulator
