#include "shared/domain/visibility.hpp"

#include <array>
#include <string>
#include <vector>

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
const caller lost_admin{me, {}, role::super_admin}; // must not happen: sees its own, and no charge point

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
        {"foreign member", foreign_member, true, false, false, false},
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
        EXPECT_EQ(sees_command(r.who, here, me), r.own);
        EXPECT_EQ(sees_command(r.who, here, other), r.others);
    }
}

// One line a kind of caller: what it sees and may do at a charge point of tenant `here`, for each of the
// eight kinds of charge point, in this order:
//     public: nothing, priced, granted, both; private: nothing, priced, granted, both
// `+`: so, `.`: not. A driver's own tags and sessions are the columns after it.
struct table_row {
    const char* name;
    caller who;
    const char* sees;
    const char* starts_own_tag; // RemoteStartTransaction with a tag registered to it
    const char* starts_any_tag; // with another's, or one that nobody registered
    const char* stops_own;      // RemoteStopTransaction of its own session there
    const char* stops_others;   // of anybody else's, or by a raw transaction id
    const char* everything;     // Reset and all the others
};
const table_row truth[] = {
    {"admin", admin, "++++++++", "++++++++", "++++++++", "++++++++", "++++++++", "++++++++"},
    {"member", member, "++++++++", "++++++++", "........", "++++++++", "........", "........"},
    {"foreign admin", foreign_admin, "........", "........", "........", "........", "........", "........"},
    {"foreign member", foreign_member, ".+.+..++", ".+.+..++", "........", ".+.+..++", "........",
     "........"},
    {"driver", driver, ".+.+..++", ".+.+..++", "........", ".+.+..++", "........", "........"},
    {"lost admin", lost_admin, "........", "........", "........", "........", "........", "........"},
};

TEST(visibility, charge_points_and_commands_by_every_kind_of_caller_and_charge_point) {
    std::vector<charge_point_facts> kinds;
    for (const bool is_private : {false, true})
        for (const bool granted : {false, true})
            for (const bool priced : {false, true})
                kinds.push_back({here, is_private, priced, granted});
    const session_facts mine{here, me}, theirs{here, other}, nobodys{here, {}}, elsewhere{there, me};
    const auto line = [&](const caller& who, std::string_view action, const command_facts& about) {
        std::string out;
        for (const auto& kind : kinds)
            out += may_command(who, kind, action, about) ? '+' : '.';
        return out;
    };
    const auto start = "RemoteStartTransaction";
    const auto stop = "RemoteStopTransaction";
    for (const auto& r : truth) {
        SCOPED_TRACE(r.name);
        std::string sees, manages;
        for (const auto& kind : kinds) {
            sees += sees_charge_point(r.who, kind) ? '+' : '.';
            manages += manages_charge_point(r.who, kind) ? '+' : '.';
        }
        EXPECT_EQ(sees, r.sees);
        EXPECT_EQ(manages, r.everything);
        EXPECT_EQ(administers(r.who, here), r.everything[0] == '+');
        EXPECT_EQ(line(r.who, start, {{}, true}), r.starts_own_tag);
        EXPECT_EQ(line(r.who, start, {{}, false}), r.starts_any_tag);
        EXPECT_EQ(line(r.who, stop, {mine, false}), r.stops_own);
        for (const auto& about : {command_facts{theirs, true}, command_facts{nobodys, true},
                                  command_facts{elsewhere, true}, command_facts{{}, true}})
            EXPECT_EQ(line(r.who, stop, about), r.stops_others);
        for (const auto* action : {"Reset", "UnlockConnector", "ChangeConfiguration", "ReserveNow", "",
                                   "remotestarttransaction", "DataTransfer"})
            EXPECT_EQ(line(r.who, action, {mine, true}), r.everything) << action;
    }
}

TEST(visibility, role_names) {
    EXPECT_EQ(parse_role(to_string(role::user)), role::user);
    EXPECT_EQ(parse_role(to_string(role::super_admin)), role::super_admin);
    EXPECT_FALSE(parse_role("root"));
    EXPECT_FALSE(parse_role(""));
}

} // namespace
} // namespace voltlane::domain
