#include "shared/domain/visibility.hpp"

#include <gtest/gtest.h>

namespace voltlane::domain {
namespace {

constexpr tenant_id here{1};
constexpr tenant_id there{2};
constexpr account_id me{7};
constexpr account_id other{8};

const caller admin{me, here, role::super_admin};
const caller foreign_admin{me, there, role::super_admin};
const caller member{me, here, role::user};
const caller foreign_member{me, there, role::user};
const caller driver{me, {}, role::user};
const caller lost_admin{
    me, {}, role::super_admin}; // must not happen: sees what a driver does, and no charge point

TEST(visibility, sessions) {
    struct row {
        const char* name;
        caller who;
        bool own, others, nobodys, decides;
    };
    const row rows[] = {
        {"admin", admin, true, true, true, true},
        {"foreign admin", foreign_admin, false, false, false, false},
        {"member", member, true, false, false, false},
        {"foreign member", foreign_member, false, false, false, false},
        {"driver", driver, true, false, false, false},
        {"admin without tenant", lost_admin, true, false, false, false},
    };
    for (const auto& r : rows) {
        SCOPED_TRACE(r.name);
        EXPECT_EQ(sees_session(r.who, {here, me}), r.own);
        EXPECT_EQ(sees_session(r.who, {here, other}), r.others);
        EXPECT_EQ(sees_session(r.who, {here, {}}), r.nobodys);
        EXPECT_EQ(decides_session(r.who, {here, me}), r.decides);
        EXPECT_EQ(decides_session(r.who, {here, {}}), r.decides);
    }
}

TEST(visibility, charge_points_and_commands) {
    struct row {
        const char* name;
        caller who;
        bool granted;
        bool sees, manages, starts, stops_own, stops_others, resets;
    };
    const row rows[] = {
        {"admin", admin, false, true, true, true, true, true, true},
        {"foreign admin", foreign_admin, true, false, false, false, false, false, false},
        {"member", member, false, true, false, true, true, false, false},
        {"foreign member", foreign_member, true, false, false, false, false, false, false},
        {"driver", driver, false, false, false, false, false, false, false},
        {"driver with a price there", driver, true, true, false, true, true, false, false},
        {"admin without tenant", lost_admin, true, false, false, false, false, false, false},
    };
    for (const auto& r : rows) {
        SCOPED_TRACE(r.name);
        const charge_point_facts cp{here, r.granted};
        const auto stop = "RemoteStopTransaction";
        EXPECT_EQ(sees_charge_point(r.who, cp), r.sees);
        EXPECT_EQ(manages_charge_point(r.who, cp), r.manages);
        EXPECT_EQ(administers(r.who, here), r.manages);
        EXPECT_EQ(may_command(r.who, cp, "RemoteStartTransaction", {}), r.starts);
        EXPECT_EQ(may_command(r.who, cp, stop, session_facts{here, me}), r.stops_own);
        EXPECT_EQ(may_command(r.who, cp, stop, session_facts{here, other}), r.stops_others);
        EXPECT_EQ(may_command(r.who, cp, stop, session_facts{here, {}}), r.stops_others);
        EXPECT_EQ(may_command(r.who, cp, stop, {}), r.resets) << "a raw transaction id is for admins";
        EXPECT_EQ(may_command(r.who, cp, "Reset", {}), r.resets);
        EXPECT_EQ(may_command(r.who, cp, "UnlockConnector", {}), r.resets);
    }
    EXPECT_FALSE(may_command(driver, {here, true}, "RemoteStopTransaction", session_facts{there, me}));
}

TEST(visibility, commands_are_seen_by_who_gave_them_and_the_admin) {
    EXPECT_TRUE(sees_command(admin, here, other));
    EXPECT_FALSE(sees_command(foreign_admin, here, me));
    EXPECT_TRUE(sees_command(member, here, me));
    EXPECT_FALSE(sees_command(member, here, other));
    EXPECT_TRUE(sees_command(driver, here, me));
    EXPECT_FALSE(sees_command(driver, here, other));
}

TEST(visibility, role_names) {
    EXPECT_EQ(parse_role(to_string(role::user)), role::user);
    EXPECT_EQ(parse_role(to_string(role::super_admin)), role::super_admin);
    EXPECT_FALSE(parse_role("root"));
    EXPECT_FALSE(parse_role(""));
}

} // namespace
} // namespace voltlane::domain
