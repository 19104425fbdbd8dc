#pragma once

#include "shared/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Payloads of CALLRESULTs to chargers, appended to a caller's buffer; times as `YYYY-MM-DDTHH:MM:SS.mmmZ`
// (field-notes 3). Optional members are left out, never null. Text must be UTF-8.
namespace voltlane::ocpp::v16 {

enum class registration_status : std::uint8_t { accepted, pending, rejected };
enum class authorization_status : std::uint8_t { accepted, blocked, expired, invalid, concurrent_tx };
enum class data_transfer_status : std::uint8_t { accepted, rejected, unknown_message_id, unknown_vendor_id };

std::string_view to_string(registration_status s) noexcept;
std::string_view to_string(authorization_status s) noexcept;
std::string_view to_string(data_transfer_status s) noexcept;

struct id_tag_info {
    authorization_status status = authorization_status::invalid;
    std::optional<timestamp> expiry_date{};
    std::string_view parent_id_tag{}; // left out where empty
};

// `interval_seconds` is at least 1: 0 makes chargers flood or never call again (field-notes 41).
void append_boot_notification_answer(std::string& out, registration_status status, timestamp now,
                                     std::int32_t interval_seconds);
void append_heartbeat_answer(std::string& out, timestamp now);
void append_authorize_answer(std::string& out, const id_tag_info& info);
// Always with a transactionId, whatever the status (1.6 section 4.8).
void append_start_transaction_answer(std::string& out, std::int32_t transaction_id, const id_tag_info& info);
// idTagInfo only where the stop carried an idTag.
void append_stop_transaction_answer(std::string& out, const std::optional<id_tag_info>& info);
void append_data_transfer_answer(std::string& out, data_transfer_status status, std::string_view data = {});
void append_sign_certificate_answer(std::string& out, bool accepted);
// `{}`: StatusNotification, MeterValues, the progress notifications, SecurityEventNotification.
void append_empty_answer(std::string& out);

} // namespace voltlane::ocpp::v16
