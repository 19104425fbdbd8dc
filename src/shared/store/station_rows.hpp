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
void write_connectors(pg::transaction& t, std::span<const connector_report> reports); // one a connector

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
void write_stations(pg::transaction& t, std::span<const station_report> reports); // one a charge point

struct station_notice {
    std::int64_t charge_point = 0;
    epoch connection;
    std::int64_t seq = 0;
    timestamp received_at{};
    std::string kind, status, detail;
    std::optional<std::int64_t> request_id;
};
void insert_notices(pg::transaction& t, std::span<const station_notice> notices);

// What csms.stations says of these charge points now, with all of their connectors.
std::vector<events::station_change> read_stations(pg::transaction& t,
                                                  std::span<const std::int64_t> charge_points);

} // namespace voltlane::store
