#include "api/auth/account_state.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

const timestamp now = *parse_rfc3339("2025-09-05T16:10:20Z");

struct row {
    bool active, expired, verified, approved, refused;
    std::string_view detail, code;
};

TEST(account_state, truth_table) {
    constexpr std::string_view gone = "Account deactivated", old = "Account expired",
                               unread = "E-mail not verified", waiting = "Account not approved";
    const row rows[] = {
        {true, false, true, true, false, "", ""},
        {true, false, true, false, false, waiting, "account_not_approved"},
        {true, false, true, false, true, waiting, "account_not_approved"},
        {true, false, false, true, false, unread, "email_not_verified"},
        {true, false, false, false, false, unread, "email_not_verified"},
        {true, false, false, false, true, unread, "email_not_verified"},
        {true, true, true, true, false, old, "account_expired"},
        {true, true, true, false, false, old, "account_expired"},
        {true, true, false, true, false, old, "account_expired"},
        {true, true, false, false, true, old, "account_expired"},
        {false, false, true, true, false, gone, "account_deactivated"},
        {false, false, false, false, false, gone, "account_deactivated"},
        {false, true, true, true, false, gone, "account_deactivated"},
        {false, true, false, false, true, gone, "account_deactivated"},
    };
    for (const auto& r : rows) {
        store::account a;
        a.is_active = r.active;
        a.email_verified = r.verified;
        a.is_approved = r.approved;
        if (r.expired) a.expires_at = now - 1s;
        if (r.refused) a.refused_at = now - 1h;
        const auto bar = bar_of(a, now);
        EXPECT_EQ(bar.detail, r.detail);
        EXPECT_EQ(bar.code, r.code);
        EXPECT_EQ(static_cast<bool>(bar), !r.detail.empty());
    }
}

TEST(account_state, expires_at_the_second_and_not_before) {
    store::account a;
    a.expires_at = now;
    EXPECT_EQ(bar_of(a, now).detail, "Account expired");
    EXPECT_FALSE(bar_of(a, now - 1us));
}

TEST(account_state, a_refusal_is_told_with_its_reason) {
    store::account a;
    a.is_approved = false;
    EXPECT_EQ(bar_json(bar_of(a, now)),
              R"({"detail":"Account not approved","code":"account_not_approved","approval":"pending"})");
    a.refused_at = now;
    a.refusal_reason = "who are \"you\"?";
    EXPECT_EQ(bar_json(bar_of(a, now)),
              R"({"detail":"Account not approved","code":"account_not_approved","approval":"refused",)"
              R"("refused_at":"2025-09-05T16:10:20Z","refusal_reason":"who are \"you\"?"})");
}

TEST(account_state, other_bars_tell_nothing_more) {
    store::account a;
    a.email_verified = false;
    EXPECT_EQ(bar_json(bar_of(a, now)), R"({"detail":"E-mail not verified","code":"email_not_verified"})");
}

} // namespace
} // namespace voltlane::api
