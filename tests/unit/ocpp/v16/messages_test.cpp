#include "shared/ocpp/v16/messages.hpp"

#include "unit/ocpp/v16/support.hpp"

#include <string>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

TEST(messages, read_a_boot) {
    const auto payload =
        object(R"({"chargePointVendor":"v","chargePointModel":"m","chargePointSerialNumber":"s",
        "chargeBoxSerialNumber":"b","firmwareVersion":"f","iccid":"i","imsi":"j","meterType":"t","meterSerialNumber":"n"})");
    const auto b = read_boot_notification(payload);
    EXPECT_EQ(b.vendor, "v");
    EXPECT_EQ(b.model, "m");
    EXPECT_EQ(b.serial_number, "s");
    EXPECT_EQ(b.box_serial_number, "b");
    EXPECT_EQ(b.firmware_version, "f");
    EXPECT_EQ(b.iccid, "i");
    EXPECT_EQ(b.imsi, "j");
    EXPECT_EQ(b.meter_type, "t");
    EXPECT_EQ(b.meter_serial_number, "n");
    EXPECT_TRUE(b.quirks.empty());
    const auto longer = object("{\"chargePointSerialNumber\":\"" + std::string(26, 's') + "\"}");
    EXPECT_EQ(read_boot_notification(longer).serial_number.size(), 26u);
    EXPECT_EQ(names(read_boot_notification(longer).quirks), "text_too_long");
}

TEST(messages, read_a_status) {
    const auto payload =
        object(R"({"connectorId":1,"errorCode":"Error","status":"Occupied","info":"{\"a\":1}",
        "timestamp":"2025-09-05T16:10:20","vendorId":"v","vendorErrorCode":"e"})");
    const auto s = read_status_notification(payload);
    EXPECT_EQ(s.connector_id, 1);
    EXPECT_EQ(s.status.status, charge_point_status::other);
    EXPECT_EQ(s.status.text, "Occupied");
    EXPECT_EQ(s.error_code, "Error");
    EXPECT_EQ(s.info, R"({"a":1})");
    EXPECT_EQ(s.vendor_id, "v");
    EXPECT_EQ(s.vendor_error_code, "e");
    EXPECT_EQ(s.time.value, at("2025-09-05T16:10:20Z"));
    EXPECT_EQ(names(s.quirks), "time_without_zone unknown_choice");
    const auto bare = object(R"({"connectorId":0,"errorCode":"NoError","status":"Available"})");
    EXPECT_TRUE(read_status_notification(bare).quirks.empty());
}

TEST(messages, read_a_start) {
    const auto payload =
        object(R"({"connectorId":2,"idTag":" TAG1 ","meterStart":1000,"timestamp":"2025-09-05T16:10:20Z",
        "reservationId":0})");
    const auto s = read_start_transaction(payload);
    EXPECT_EQ(s.connector_id, 2);
    EXPECT_EQ(s.tag.text, "TAG1");
    EXPECT_EQ(s.tag.normalised, "tag1");
    EXPECT_EQ(s.meter_start_text, "1000");
    EXPECT_EQ(s.meter_start, energy{1000000});
    EXPECT_EQ(s.time.value, at("2025-09-05T16:10:20Z"));
    EXPECT_EQ(s.reservation_id, std::nullopt);
    EXPECT_EQ(names(s.quirks), "id_tag_blanks reservation_id_placeholder");
}

TEST(messages, read_odd_starts_and_stops) {
    auto s = read_start_transaction(
        object(R"({"connectorId":"1","idTag":"T","meterStart":12.5,"timestamp":"1970-01-01T00:00:00Z"})"));
    EXPECT_EQ(s.connector_id, 1);
    EXPECT_EQ(s.meter_start, energy{12500});
    EXPECT_EQ(s.meter_start_text, "12.5");
    EXPECT_EQ(names(s.quirks), "time_unset_clock integer_text integer_fraction");
    s = read_start_transaction(
        object(R"({"connectorId":9999999999,"idTag":"T","meterStart":"x","timestamp":5})"));
    EXPECT_EQ(s.connector_id, 2147483647);
    EXPECT_EQ(s.meter_start, std::nullopt);
    EXPECT_EQ(s.meter_start_text, "x");
    EXPECT_EQ(names(s.quirks), "time_unreadable integer_out_of_range member_invalid");

    auto stop = read_stop_transaction(object(R"({"transactionId":-1,"meterStop":"2000","timestamp":""})"));
    EXPECT_EQ(stop.transaction.id, std::nullopt);
    EXPECT_EQ(stop.transaction.raw, -1);
    EXPECT_EQ(stop.meter_stop, energy{2000000});
    EXPECT_FALSE(stop.tag.has_value());
    EXPECT_EQ(stop.reason, "Local");
    EXPECT_EQ(names(stop.quirks), "time_unreadable integer_text transaction_id_placeholder");
    stop =
        read_stop_transaction(object(R"({"transactionId":7,"meterStop":-1,"timestamp":"2025-09-05T16:10:20Z",
        "idTag":"A","reason":"EVDisconnected"})"));
    EXPECT_EQ(stop.transaction.id, 7);
    EXPECT_EQ(stop.meter_stop, energy{-1000});
    EXPECT_EQ(stop.tag->normalised, "a");
    EXPECT_EQ(stop.reason, "EVDisconnected");
    EXPECT_TRUE(stop.quirks.empty());
}

TEST(messages, are_total) {
    for (const auto* text :
         {"{}", R"({"connectorId":{},"idTag":[],"meterStart":null,"meterStop":{},"timestamp":[],
        "transactionId":{},"reservationId":[],"status":1,"errorCode":{},"info":5,"vendorId":1,"messageId":2,"data":null,
        "type":1,"techInfo":2,"csr":3,"requestId":"x","reason":{},"transactionData":"x","chargePointVendor":{}})"}) {
        const auto payload = object(text);
        EXPECT_EQ(read_boot_notification(payload).vendor, "");
        EXPECT_EQ(read_status_notification(payload).status.status, charge_point_status::other);
        EXPECT_EQ(read_authorize(payload).tag.text, "");
        EXPECT_EQ(read_start_transaction(payload).meter_start, std::nullopt);
        EXPECT_EQ(read_stop_transaction(payload).reason, "Local");
        EXPECT_EQ(read_meter_values(payload).connector_id, 0);
        EXPECT_EQ(read_data_transfer(payload).data, nullptr);
        EXPECT_EQ(read_progress_notification(payload).request_id, std::nullopt);
        EXPECT_EQ(read_security_event(payload).time.value, std::nullopt);
        EXPECT_EQ(read_sign_certificate(payload).csr, "");
    }
}

TEST(messages, read_the_others) {
    EXPECT_EQ(read_meter_values(object(R"({"connectorId":1,"transactionId":5})")).transaction.id, 5);
    EXPECT_TRUE(read_meter_values(object(R"({"connectorId":0})")).quirks.empty());
    const auto transfer = object(R"({"vendorId":"v","messageId":"m","data":{"a":1}})");
    const auto d = read_data_transfer(transfer);
    EXPECT_EQ(d.vendor_id, "v");
    EXPECT_EQ(d.message_id, "m");
    ASSERT_NE(d.data, nullptr);
    EXPECT_EQ(names(d.quirks), "member_invalid");
    const auto log = object(R"({"status":"Uploaded","requestId":3})");
    EXPECT_EQ(read_progress_notification(log).status, "Uploaded");
    EXPECT_EQ(read_progress_notification(log).request_id, 3);
    const auto event =
        object(R"({"type":"ResetOrReboot","timestamp":"2025-09-05T16:10:20Z","techInfo":"x"})");
    EXPECT_EQ(read_security_event(event).type, "ResetOrReboot");
    EXPECT_EQ(read_security_event(event).tech_info, "x");
    const auto csr = object("{\"csr\":\"" + std::string(5501, 'x') + "\"}");
    EXPECT_TRUE(read_sign_certificate(csr).too_long);
    EXPECT_EQ(read_sign_certificate(csr).csr.size(), 5501u);
}

} // namespace
} // namespace voltlane::ocpp::v16
