#include "shared/events/notification.hpp"

#include <gtest/gtest.h>

namespace voltlane::events {
namespace {

notification sample() {
    notification n;
    n.id = "8d1e7f0a-0b0c-4d0e-8f10-111213141516";
    n.kind = "mail";
    n.name = notification::approval_requested;
    n.tenant = tenant_id{3};
    n.account = account_id{29};
    n.ids = {{"applicant", 31}};
    n.at = timestamp(std::chrono::seconds(1'757'088'620));
    return n;
}

TEST(notification, is_read_as_it_was_written) {
    const auto n = sample();
    EXPECT_EQ(notification_key(n), "3/29");
    const auto text = encode(n);
    EXPECT_EQ(text, R"({"v":1,"id":"8d1e7f0a-0b0c-4d0e-8f10-111213141516","kind":"mail",)"
                    R"("template":"approval_requested","tenant":3,"account":29,"ids":{"applicant":31},)"
                    R"("at":"2025-09-05T16:10:20.000000Z"})");
    const auto read = parse_notification(text).value();
    EXPECT_EQ(read.id, n.id);
    EXPECT_EQ(read.kind, n.kind);
    EXPECT_EQ(read.name, n.name);
    EXPECT_EQ(read.tenant, n.tenant);
    EXPECT_EQ(read.account, n.account);
    EXPECT_EQ(read.ids, n.ids);
    EXPECT_EQ(read.at, n.at);
}

TEST(notification, nobody_in_particular_has_the_key_of_nobody) {
    auto n = sample();
    n.tenant.reset();
    n.account.reset();
    EXPECT_EQ(notification_key(n), "0/0");
    const auto read = parse_notification(encode(n)).value();
    EXPECT_FALSE(read.tenant);
    EXPECT_FALSE(read.account);
}

TEST(notification, what_is_none_is_corrupt) {
    const auto good = encode(sample());
    for (std::size_t cut = 0; cut < good.size(); ++cut)
        EXPECT_FALSE(parse_notification(good.substr(0, cut))) << cut;
    const auto with = [&good](std::string_view from, std::string_view to) {
        auto text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    EXPECT_FALSE(parse_notification(with(R"("v":1)", R"("v":9)")));
    EXPECT_FALSE(parse_notification(with(R"("applicant":31)", R"("applicant":"31")")));
    EXPECT_FALSE(parse_notification(with(R"({"applicant":31})", "[]")));
    EXPECT_FALSE(parse_notification(with(R"("account":29)", R"("account":"x")")));
    EXPECT_FALSE(parse_notification(with("2025-09-05", "yesterday")));
}

} // namespace
} // namespace voltlane::events
