#include "shared/ocpp/v16/messages.hpp"

#include "shared/ocpp/v16/quirks/long_text.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"

namespace voltlane::ocpp::v16 {
namespace {

using boost::json::object;

constexpr std::size_t longest_csr = 5500;

std::int32_t read_connector(const object& o, quirk_set& quirks) {
    const auto* v = o.if_contains("connectorId");
    if (v == nullptr || v->is_null()) {
        quirks.add(quirk::member_missing);
        return 0;
    }
    const auto value = read_loose_integer(*v, quirks);
    if (!value) quirks.add(quirk::member_invalid);
    return clamp_to_int32(value.value_or(0), quirks);
}

// A text of any length, as it is; nullopt where absent or no string.
std::optional<std::string_view> find_text(const object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || !v->is_string()) return std::nullopt;
    return std::string_view(v->get_string().data(), v->get_string().size());
}

struct meter_reading {
    std::string text;
    std::optional<energy> value;
};

// meterStart and meterStop: Wh by the standard, integers; fractions and text are seen.
meter_reading read_meter(const object& o, std::string_view name, quirk_set& quirks) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || v->is_null()) {
        quirks.add(quirk::member_missing);
        return {};
    }
    meter_reading reading{number_text(v), std::nullopt};
    reading.value = read_energy(reading.text, "Wh", quirks);
    if (!reading.value)
        quirks.add(quirk::member_invalid);
    else if (v->is_string())
        quirks.add(quirk::integer_text);
    else if (reading.value->units % 1000 != 0)
        quirks.add(quirk::integer_fraction);
    return reading;
}

} // namespace

boot_notification read_boot_notification(const object& payload) {
    boot_notification b;
    b.vendor = read_text(payload, "chargePointVendor", 20, b.quirks);
    b.model = read_text(payload, "chargePointModel", 20, b.quirks);
    b.serial_number = read_text(payload, "chargePointSerialNumber", 25, b.quirks);
    b.box_serial_number = read_text(payload, "chargeBoxSerialNumber", 25, b.quirks);
    b.firmware_version = read_text(payload, "firmwareVersion", 50, b.quirks);
    b.iccid = read_text(payload, "iccid", 20, b.quirks);
    b.imsi = read_text(payload, "imsi", 20, b.quirks);
    b.meter_type = read_text(payload, "meterType", 25, b.quirks);
    b.meter_serial_number = read_text(payload, "meterSerialNumber", 25, b.quirks);
    return b;
}

status_notification read_status_notification(const object& payload, std::chrono::minutes default_offset) {
    status_notification s;
    s.connector_id = read_connector(payload, s.quirks);
    s.status = read_status(read_text(payload, "status", 50, s.quirks), s.quirks);
    s.error_code = read_text(payload, "errorCode", 50, s.quirks);
    s.info = read_text(payload, "info", 50, s.quirks);
    s.vendor_id = read_text(payload, "vendorId", 255, s.quirks);
    s.vendor_error_code = read_text(payload, "vendorErrorCode", 50, s.quirks);
    s.time = read_charger_time(payload, "timestamp", false, s.quirks, default_offset);
    return s;
}

authorize read_authorize(const object& payload) {
    authorize a;
    a.tag = read_id_tag(find_text(payload, "idTag").value_or(""), a.quirks);
    return a;
}

start_transaction read_start_transaction(const object& payload, std::chrono::minutes default_offset) {
    start_transaction s;
    s.connector_id = read_connector(payload, s.quirks);
    s.tag = read_id_tag(find_text(payload, "idTag").value_or(""), s.quirks);
    auto meter = read_meter(payload, "meterStart", s.quirks);
    s.meter_start_text = std::move(meter.text);
    s.meter_start = meter.value;
    s.time = read_charger_time(payload, "timestamp", true, s.quirks, default_offset);
    s.reservation_id = read_reservation_id(payload, s.quirks);
    return s;
}

stop_transaction read_stop_transaction(const object& payload, std::chrono::minutes default_offset) {
    stop_transaction s;
    s.transaction = read_transaction_id(payload, true, s.quirks);
    if (const auto tag = find_text(payload, "idTag")) s.tag = read_id_tag(*tag, s.quirks);
    auto meter = read_meter(payload, "meterStop", s.quirks);
    s.meter_stop_text = std::move(meter.text);
    s.meter_stop = meter.value;
    s.time = read_charger_time(payload, "timestamp", true, s.quirks, default_offset);
    if (const auto reason = read_text(payload, "reason", 50, s.quirks); !reason.empty()) s.reason = reason;
    return s;
}

meter_values read_meter_values(const object& payload) {
    meter_values m;
    m.connector_id = read_connector(payload, m.quirks);
    m.transaction = read_transaction_id(payload, false, m.quirks);
    return m;
}

data_transfer read_data_transfer(const object& payload) {
    data_transfer d;
    d.vendor_id = read_text(payload, "vendorId", 255, d.quirks);
    d.message_id = read_text(payload, "messageId", 50, d.quirks);
    const auto* data = payload.if_contains("data");
    d.data = data == nullptr || data->is_null() ? nullptr : data;
    if (d.data != nullptr && !d.data->is_string()) d.quirks.add(quirk::member_invalid);
    return d;
}

progress_notification read_progress_notification(const object& payload) {
    progress_notification p;
    p.status = read_text(payload, "status", 50, p.quirks);
    if (const auto* v = payload.if_contains("requestId")) p.request_id = as_integer(*v);
    return p;
}

security_event read_security_event(const object& payload, std::chrono::minutes default_offset) {
    security_event e;
    e.type = read_text(payload, "type", 50, e.quirks);
    e.time = read_charger_time(payload, "timestamp", true, e.quirks, default_offset);
    e.tech_info = read_text(payload, "techInfo", 255, e.quirks);
    return e;
}

sign_certificate read_sign_certificate(const object& payload) {
    sign_certificate s;
    s.csr = find_text(payload, "csr").value_or("");
    s.too_long = s.csr.size() > longest_csr; // PEM is ASCII
    if (s.too_long) s.quirks.add(quirk::text_too_long);
    return s;
}

} // namespace voltlane::ocpp::v16
