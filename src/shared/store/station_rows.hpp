#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/events/changes.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Tables `connectors` and `station_notices`, and the reported columns of `charge_points`. Writer: pool
// `stations`.
namespace voltlane::store {

// The latest status of one connector in a batch.
struct connector_report {
    std::int64_t charge_point = 0;
    std::int64_t connector = 0;
    std::string status, error_code, info, vendor_id, vendor_error_code;
    std::optional<timestamp> reported_at; // the charger's clock
    timestamp updated{};                  // receipt
};
// One a connector. A row that is newer by more than a minute stays: reports of a replay.
void write_connectors(pg::transaction& t, std::span<const connector_report> reports);

// What a batch says about one charge point; absent members leave the row as it is.
struct station_report {
    struct status {
        std::int64_t connector = 0;
        std::string text;
        timestamp updated{};
    };
    struct boot {
        std::string vendor, model, serial, firmware;
        timestamp at{};
    };
    std::int64_t charge_point = 0;
    std::optional<status> latest;
    std::optional<boot> booted;
};
// One a charge point, after its connectors. What is older than the row by more than a minute is left out.
void write_stations(pg::transaction& t, std::span<const station_report> reports);

struct station_notice {
    std::int64_t charge_point = 0;
    epoch connection;
    std::int64_t seq = 0;
    timestamp received_at{};
    std::string kind, status, detail;
    std::optional<std::int64_t> request_id;
};
void insert_notices(pg::transaction& t, std::span<const station_notice> notices);
// Notices received before `oldest`, at most `most` at a time; returns how many.
std::size_t delete_old_notices(pg::transaction& t, timestamp oldest, std::int64_t most);

// What csms.stations says of these charge points now, with all of their connectors.
std::vector<events::station_change> read_stations(pg::transaction& t,
                                                  std::span<const std::int64_t> charge_points);

} // namespace voltlane::store
