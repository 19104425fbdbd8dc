#include "shared/ocpp/v16/answers.hpp"

#include "shared/base/json.hpp"

#include <algorithm>

namespace voltlane::ocpp::v16 {
namespace {

void append_time_member(std::string& out, std::string_view name, timestamp t) {
    jsonio::append_name(out, name);
    out += '"';
    append_millis(out, t);
    out += '"';
}

void append_info(std::string& out, const id_tag_info& info) {
    jsonio::append_name(out, "idTagInfo");
    out += '{';
    jsonio::append_member(out, "status", to_string(info.status));
    if (info.expiry_date) append_time_member(out, "expiryDate", *info.expiry_date);
    if (!info.parent_id_tag.empty()) jsonio::append_member(out, "parentIdTag", info.parent_id_tag);
    out += '}';
}

} // namespace

std::string_view to_string(registration_status s) noexcept {
    switch (s) {
    case registration_status::accepted: return "Accepted";
    case registration_status::pending: return "Pending";
    case registration_status::rejected: return "Rejected";
    }
    return {};
}

std::string_view to_string(authorization_status s) noexcept {
    switch (s) {
    case authorization_status::accepted: return "Accepted";
    case authorization_status::blocked: return "Blocked";
    case authorization_status::expired: return "Expired";
    case authorization_status::invalid: return "Invalid";
    case authorization_status::concurrent_tx: return "ConcurrentTx";
    }
    return {};
}

std::string_view to_string(data_transfer_status s) noexcept {
    switch (s) {
    case data_transfer_status::accepted: return "Accepted";
    case data_transfer_status::rejected: return "Rejected";
    case data_transfer_status::unknown_message_id: return "UnknownMessageId";
    case data_transfer_status::unknown_vendor_id: return "UnknownVendorId";
    }
    return {};
}

void append_boot_notification_answer(std::string& out, registration_status status, timestamp now,
                                     std::int32_t interval_seconds) {
    out += '{';
    jsonio::append_member(out, "status", to_string(status));
    append_time_member(out, "currentTime", now);
    jsonio::append_member(out, "interval", std::int64_t{std::max(interval_seconds, 1)});
    out += '}';
}

void append_heartbeat_answer(std::string& out, timestamp now) {
    out += '{';
    append_time_member(out, "currentTime", now);
    out += '}';
}

void append_authorize_answer(std::string& out, const id_tag_info& info) {
    out += '{';
    append_info(out, info);
    out += '}';
}

void append_start_transaction_answer(std::string& out, std::int32_t transaction_id, const id_tag_info& info) {
    out += '{';
    jsonio::append_member(out, "transactionId", std::int64_t{transaction_id});
    append_info(out, info);
    out += '}';
}

void append_stop_transaction_answer(std::string& out, const std::optional<id_tag_info>& info) {
    out += '{';
    if (info) append_info(out, *info);
    out += '}';
}

void append_data_transfer_answer(std::string& out, data_transfer_status status, std::string_view data) {
    out += '{';
    jsonio::append_member(out, "status", to_string(status));
    if (!data.empty()) jsonio::append_member(out, "data", data);
    out += '}';
}

void append_sign_certificate_answer(std::string& out, bool accepted) {
    out += '{';
    jsonio::append_member(out, "status",
                          accepted ? std::string_view("Accepted") : std::string_view("Rejected"));
    out += '}';
}

void append_empty_answer(std::string& out) {
    out += "{}";
}

} // namespace voltlane::ocpp::v16
