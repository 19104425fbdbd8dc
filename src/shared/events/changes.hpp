#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// csms.sessions and csms.stations: what the workers made of it, for API pods' live events and for analysts.
namespace voltlane::events {

inline constexpr int changes_version = 1;

// csms.sessions, key `<tenant>/<charge point>`.
struct session_change {
    std::string kind; // started, updated, ended, reviewed, merged (a repeat after all: this id is gone)
    session_id id;
    charger_key key;
    std::string identity;
    std::int64_t connector = 0;
    std::string transaction_key;
    std::string id_tag;
    std::optional<account_id> account;    // whose session it is
    std::optional<account_id> started_by; // the account whose command started it
    std::int64_t energy_wh = 0;
    timestamp started_at{};
    std::optional<timestamp> ended_at;
    std::optional<price> price_per_kwh;
    std::optional<price> price_per_hour;
    std::optional<money> total; // ended and not under review
    std::string stop_reason;
    std::string review; // why a person must look; empty: nothing
    timestamp updated_at{};
};

struct connector_state {
    std::int64_t connector = 0;
    std::string status;
    std::string error_code;
    timestamp updated_at{};
};

// csms.stations, key `<tenant>/<charge point>`, compacted: the latest state.
struct station_change {
    charger_key key;
    std::string identity;
    std::string status; // of the latest StatusNotification
    std::int64_t connector = 0;
    std::string vendor, model, serial, firmware;
    std::vector<connector_state> connectors;
    timestamp updated_at{};
    bool deleted = false;
};

// A dead value is cut behind this many bytes: escaped six-fold at worst it still fits a record
// (max.message.bytes, 1 MiB). The whole of it stays where it came from, at `topic`, `partition` and `offset`,
// as long as that topic keeps it.
inline constexpr std::size_t max_dead_value_bytes = 128 * 1024;
inline constexpr std::size_t max_dead_reason_bytes = 1024; // a reason is a sentence; the rest is cut

// ocpp.dead-letter, key of the source record.
struct dead_letter {
    std::string topic;
    partition_id partition;
    log_offset offset;
    std::string key;   // any bytes
    std::string value; // the source record's value: any bytes, cut by encode()
    std::string reason;
    timestamp at{};
    bool truncated = false;
};

std::string encode(const session_change& c);
std::string encode(const station_change& c);
std::string encode(const dead_letter& d);
result<session_change> parse_session_change(std::string_view value); // errc::corrupt
result<station_change> parse_station_change(std::string_view value); // errc::corrupt
result<dead_letter> parse_dead_letter(std::string_view value);       // errc::corrupt

} // namespace voltlane::events
