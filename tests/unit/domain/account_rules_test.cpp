#include "shared/domain/account_rules.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace voltlane::domain {
namespace {

using namespace std::chrono_literals;

const timestamp now = std::chrono::sys_days(std::chrono::year(2025) / 9 / 5);
constexpr account_id actor{1};

account_standing standing(std::int64_t id, bool founder, role r = role::super_admin) {
    account_standing a;
    a.id = account_id(id);
    a.founder = founder;
    a.role = r;
    a.user_type = founder ? "CUSTOMER" : "CUSTOMER_USER";
    return a;
}

account_change with(void (*set)(account_change&)) {
    account_change c;
    set(c);
    return c;
}

TEST(account_rules, what_an_administrator_may_do_to_whom) {
    struct row {
        const char* name;
        account_change change;
        // "": allowed; else the field of the refusal. To oneself, oneself being the founder, the founder,
        // another administrator, a user.
        const char *oneself, *own_founder, *founder, *administrator, *user;
    };
    const row rows[] = {
        {"deactivate", with([](account_change& c) { c.active = false; }), "is_active", "is_active",
         "is_active", "", ""},
        {"activate", with([](account_change& c) { c.active = true; }), "", "", "", "", ""},
        {"demote", with([](account_change& c) { c.role = role::user; }), "role", "role", "role", "", ""},
        {"promote", with([](account_change& c) { c.role = role::super_admin; }), "", "", "", "", ""},
        {"expired", with([](account_change& c) { c.expires_at = std::optional(now); }), "expiry_date",
         "expiry_date", "expiry_date", "", ""},
        {"expires later", with([](account_change& c) { c.expires_at = std::optional(now + 24h); }), "", "",
         "expiry_date", "", ""},
        {"never expires", with([](account_change& c) { c.expires_at = std::optional<timestamp>(); }), "", "",
         "", "", ""},
        {"a declared type",
         with([](account_change& c) { c.user_type = std::optional<std::string>("student"); }), "",
         "user_type", "user_type", "", ""},
        {"no type", with([](account_change& c) { c.user_type = std::optional<std::string>(); }), "",
         "user_type", "user_type", "", ""},
        {"a customer", with([](account_change& c) { c.user_type = std::optional<std::string>("CUSTOMER"); }),
         "user_type", "", "", "user_type", "user_type"},
        {"nothing", {}, "", "", "", "", ""},
    };
    for (const auto& r : rows) {
        const auto refused = [&](const account_standing& a) {
            const auto why = refuse_change(actor, a, r.change, now);
            if (why) EXPECT_FALSE(why->message.empty());
            return why ? std::string(why->field) : std::string();
        };
        EXPECT_EQ(refused(standing(1, false)), r.oneself) << r.name;
        EXPECT_EQ(refused(standing(1, true)), r.own_founder) << r.name;
        EXPECT_EQ(refused(standing(2, true)), r.founder) << r.name;
        EXPECT_EQ(refused(standing(2, false)), r.administrator) << r.name;
        EXPECT_EQ(refused(standing(2, false, role::user)), r.user) << r.name;
    }
}

TEST(account_rules, neither_oneself_nor_the_founder_leaves) {
    EXPECT_TRUE(refuse_removal(actor, standing(1, false)));
    EXPECT_TRUE(refuse_removal(actor, standing(1, true)));
    EXPECT_TRUE(refuse_removal(actor, standing(2, true)));
    EXPECT_FALSE(refuse_removal(actor, standing(2, false)));
}

TEST(account_rules, only_changes_end_login_sessions_and_reach_gateways) {
    const auto a = standing(2, false, role::user);
    struct row {
        const char* name;
        account_change change;
        bool ends, touches;
    };
    const row rows[] = {
        {"deactivated", with([](account_change& c) { c.active = false; }), true, true},
        {"active as before", with([](account_change& c) { c.active = true; }), false, false},
        {"another role", with([](account_change& c) { c.role = role::super_admin; }), true, false},
        {"the same role", with([](account_change& c) { c.role = role::user; }), false, false},
        {"another type", with([](account_change& c) { c.user_type = std::optional<std::string>("staff"); }),
         true, true},
        {"the same type",
         with([](account_change& c) { c.user_type = std::optional<std::string>("CUSTOMER_USER"); }), false,
         false},
        {"expires now", with([](account_change& c) { c.expires_at = std::optional(now); }), true, true},
        {"expires later", with([](account_change& c) { c.expires_at = std::optional(now + 1s); }), false,
         true},
        {"never expires, as before",
         with([](account_change& c) { c.expires_at = std::optional<timestamp>(); }), false, false},
    };
    for (const auto& r : rows) {
        EXPECT_EQ(ends_login_sessions(a, r.change, now), r.ends) << r.name;
        EXPECT_EQ(touches_tags(a, r.change), r.touches) << r.name;
    }
}

} // namespace
} // namespace voltlane::domain
