#include "shared/ocpp/v16/answers.hpp"

#include "shared/ocpp/v16/calls.hpp"
#include "unit/ocpp/v16/support.hpp"

#include <string>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

const timestamp now = at("2025-09-05T16:10:20.123456Z");

std::string valid(action a, std::string text) {
    const auto v = check(*spec_of(a).response, object(text), check_mode::strict);
    EXPECT_TRUE(v.ok) << v.text;
    return text;
}

TEST(answers, are_what_the_standard_wants) {
    std::string out;
    append_boot_notification_answer(out, registration_status::accepted, now, 300);
    EXPECT_EQ(valid(action::boot_notification, out),
              R"({"status":"Accepted","currentTime":"2025-09-05T16:10:20.123Z","interval":300})");
    out.clear();
    append_boot_notification_answer(out, registration_status::pending, now, 0);
    EXPECT_EQ(out, R"({"status":"Pending","currentTime":"2025-09-05T16:10:20.123Z","interval":1})");
    out.clear();
    append_heartbeat_answer(out, now);
    EXPECT_EQ(valid(action::heartbeat, out), R"({"currentTime":"2025-09-05T16:10:20.123Z"})");
    out.clear();
    append_authorize_answer(
        out, {.status = authorization_status::accepted, .expiry_date = now, .parent_id_tag = "P\""});
    EXPECT_EQ(
        valid(action::authorize, out),
        R"({"idTagInfo":{"status":"Accepted","expiryDate":"2025-09-05T16:10:20.123Z","parentIdTag":"P\""}})");
    out.clear();
    append_start_transaction_answer(out, 2147483647, {.status = authorization_status::concurrent_tx});
    EXPECT_EQ(valid(action::start_transaction, out),
              R"({"transactionId":2147483647,"idTagInfo":{"status":"ConcurrentTx"}})");
    out.clear();
    append_stop_transaction_answer(out, std::nullopt);
    EXPECT_EQ(valid(action::stop_transaction, out), "{}");
    out.clear();
    append_stop_transaction_answer(out, id_tag_info{.status = authorization_status::blocked});
    EXPECT_EQ(valid(action::stop_transaction, out), R"({"idTagInfo":{"status":"Blocked"}})");
    out.clear();
    append_data_transfer_answer(out, data_transfer_status::unknown_vendor_id);
    EXPECT_EQ(valid(action::data_transfer, out), R"({"status":"UnknownVendorId"})");
    out.clear();
    append_data_transfer_answer(out, data_transfer_status::accepted, "x");
    EXPECT_EQ(valid(action::data_transfer, out), R"({"status":"Accepted","data":"x"})");
    out.clear();
    append_sign_certificate_answer(out, false);
    EXPECT_EQ(valid(action::sign_certificate, out), R"({"status":"Rejected"})");
    out = "kept";
    append_empty_answer(out);
    EXPECT_EQ(out, "kept{}");
}

} // namespace
} // namespace voltlane::ocpp::v16
