#pragma once

#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <string>
#include <string_view>

// csms.presence: which gateway holds a charger, since which epoch; and the gateways' beats.
namespace voltlane::events {

inline constexpr int presence_version = 1;

enum class presence_state { opened, closed, held };

// Key `<tenant>/<charge point>`. An `opened` record's epoch is its own (generation, offset): absent from its
// value, taken from where it lies. `closed` and `held` name the epoch they speak of; a `closed` of another
// epoch than the current one says nothing. Never a tombstone.
struct presence {
    presence_state state = presence_state::opened;
    std::string gateway;    // name, e.g. "gateway-1"
    std::string instance;   // new at every start of the gateway
    partition_id partition; // of ocpp.commands, where this gateway listens
    epoch connection;       // closed, held
    std::string identity;   // the spelling the charger dialled with
    std::string protocol;   // "ocpp1.6"
    timestamp at{};
};

// Key `gateway/<instance>`: every 3 s; silent for 10 s means gone with all of its chargers. `leaving` is the
// last one of an orderly stop.
struct beat {
    std::string gateway;
    std::string instance;
    partition_id partition;
    std::int64_t chargers = 0;
    bool leaving = false;
    timestamp at{};
};

inline constexpr std::string_view beat_key_prefix = "gateway/";

std::string encode(const presence& p);
std::string encode(const beat& b);
result<presence> parse_presence(std::string_view value); // errc::corrupt
result<beat> parse_beat(std::string_view value);         // errc::corrupt

} // namespace voltlane::events
