#pragma once

#include <array>
#include <cstdint>

namespace voltlane::gateway {

// What the sessions of one shard count: plain integers on the call path, added to the metrics once a second
// by the shard.
struct session_stats {
    static constexpr std::size_t max_actions = 32;
    static constexpr std::size_t max_codes = 16;
    static constexpr std::size_t max_quirks = 32;
    static constexpr std::size_t max_states = 16;

    std::array<std::uint64_t, max_actions> answered{}; // by the adapter's number of the action
    std::array<std::uint64_t, max_codes> refused{};    // by ocpp::call_error_code
    std::array<std::uint64_t, max_quirks> quirks{};    // by ocpp::v16::quirk
    std::array<std::uint64_t, max_states> replies{};   // by events::command_state
    std::uint64_t repeated = 0;                        // answered with the first answer
    std::uint64_t coalesced = 0;                       // answered without an event of their own
    std::uint64_t dropped = 0;                         // frames that could not be answered
    std::uint64_t published = 0;                       // events handed to the log
    std::uint64_t resent = 0;                          // events handed to the log again
    std::uint64_t duplicate_commands = 0;
    std::uint64_t replies_dropped = 0; // results that the log did not take in time
    std::uint64_t unmatched_answers = 0;
    std::uint64_t delayed_reads = 0;   // times a charger's rate stopped its reading
    std::uint64_t full_reads = 0;      // times waiting calls stopped it
    std::uint64_t evicted_vouches = 0; // of tenants that had too many
};

} // namespace voltlane::gateway
