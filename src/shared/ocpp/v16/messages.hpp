#pragma once

#include "shared/ocpp/v16/quirks/charger_time.hpp"
#include "shared/ocpp/v16/quirks/energy_unit.hpp"
#include "shared/ocpp/v16/quirks/id_tag.hpp"
#include "shared/ocpp/v16/quirks/placeholder_id.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"
#include "shared/ocpp/v16/quirks/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

// Chargers' calls as typed views, repaired. Each read_... takes a payload that check_call let pass, but is
// total: on any object it returns defaults for what is absent or unreadable, and flags it. Views point into
// the payload. Text members are at most quirks/long_text's max_stored_text characters; ids are trimmed.
namespace voltlane::ocpp::v16 {

struct boot_notification {
    std::string_view vendor;            // 20
    std::string_view model;             // 20
    std::string_view serial_number;     // chargePointSerialNumber, 25
    std::string_view box_serial_number; // chargeBoxSerialNumber, 25
    std::string_view firmware_version;  // 50
    std::string_view iccid;             // 20
    std::string_view imsi;              // 20
    std::string_view meter_type;        // 25
    std::string_view meter_serial_number;
    quirk_set quirks;
};

struct status_notification {
    std::int32_t connector_id = 0; // 0 = the charge point itself
    status_reading status;
    std::string_view error_code; // as given; `NoError` where fine
    std::string_view info;       // 50
    std::string_view vendor_id;  // 255
    std::string_view vendor_error_code;
    charger_time time; // optional in 1.6: absent is no quirk
    quirk_set quirks;
};

struct authorize {
    id_tag tag;
    quirk_set quirks;
};

struct start_transaction {
    std::int32_t connector_id = 0;
    id_tag tag;
    std::string meter_start_text;      // raw, for the transaction's identity; see number_text
    std::optional<energy> meter_start; // Wh; nullopt where unreadable
    charger_time time;
    std::optional<std::int64_t> reservation_id; // positive only
    quirk_set quirks;
};

struct stop_transaction {
    transaction_reference transaction;
    std::optional<id_tag> tag;
    std::string meter_stop_text;
    std::optional<energy> meter_stop; // Wh; nullopt where unreadable
    charger_time time;
    std::string_view reason = "Local"; // as given; Local where absent (1.6 section 6.49)
    quirk_set quirks;                  // samples: see meter_values.hpp, with "transactionData"
};

// The envelope; its samples come from read_samples in meter_values.hpp.
struct meter_values {
    std::int32_t connector_id = 0; // 0 = the main meter: never billed
    transaction_reference transaction;
    quirk_set quirks;
};

struct data_transfer {
    std::string_view vendor_id;               // 255
    std::string_view message_id;              // 50
    const boost::json::value* data = nullptr; // any JSON, mostly a string; nullptr where absent
    quirk_set quirks;
};

// FirmwareStatusNotification, SignedFirmwareStatusNotification, DiagnosticsStatusNotification,
// LogStatusNotification.
struct progress_notification {
    std::string_view status;
    std::optional<std::int64_t> request_id;
    quirk_set quirks;
};

struct security_event {
    std::string_view type; // 50; any name
    charger_time time;
    std::string_view tech_info; // 255
    quirk_set quirks;
};

struct sign_certificate {
    std::string_view csr;  // uncut; at most 5500 characters are acceptable
    bool too_long = false; // answer Rejected
    quirk_set quirks;
};

boot_notification read_boot_notification(const boost::json::object& payload);
status_notification read_status_notification(const boost::json::object& payload,
                                             std::chrono::minutes default_offset = std::chrono::minutes{0});
authorize read_authorize(const boost::json::object& payload);
start_transaction read_start_transaction(const boost::json::object& payload,
                                         std::chrono::minutes default_offset = std::chrono::minutes{0});
stop_transaction read_stop_transaction(const boost::json::object& payload,
                                       std::chrono::minutes default_offset = std::chrono::minutes{0});
meter_values read_meter_values(const boost::json::object& payload);
data_transfer read_data_transfer(const boost::json::object& payload);
progress_notification read_progress_notification(const boost::json::object& payload);
security_event read_security_event(const boost::json::object& payload,
                                   std::chrono::minutes default_offset = std::chrono::minutes{0});
sign_certificate read_sign_certificate(const boost::json::object& payload);

} // namespace voltlane::ocpp::v16
