#include "shared/domain/tag_decision.hpp"

#include <gtest/gtest.h>

namespace voltlane::domain {
namespace {

using namespace std::chrono_literals;

constexpr timestamp noon = timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / 10}} + 12h;

struct tag_case {
    const char* name;
    const char* registered; // status; null: not registered
    std::optional<std::chrono::minutes> expires_in;
    bool accept_unknown;
    bool vouch; // in force
    const char* status;
    bool started_by;
};

TEST(tag_decision, truth_table) {
    const tag_case cases[] = {
        {"unknown", nullptr, {}, false, false, "Invalid", false},
        {"unknown, tolerated", nullptr, {}, true, false, "Accepted", false},
        {"unknown, vouched", nullptr, {}, false, true, "Accepted", true},
        {"unknown, tolerated and vouched", nullptr, {}, true, true, "Accepted", true},
        {"accepted", "Accepted", {}, false, false, "Accepted", false},
        {"accepted, tolerant", "Accepted", {}, true, false, "Accepted", false},
        {"accepted, vouched", "Accepted", {}, false, true, "Accepted", true},
        {"accepted, expires later", "Accepted", 1min, false, false, "Accepted", false},
        {"expires now", "Accepted", 0min, false, false, "Expired", false},
        {"expired", "Accepted", -1min, false, false, "Expired", false},
        {"expired, tolerant", "Accepted", -1min, true, false, "Expired", false},
        {"expired, vouched", "Accepted", -1min, false, true, "Expired", true},
        {"blocked", "Blocked", {}, false, false, "Blocked", false},
        {"blocked, tolerant", "Blocked", {}, true, false, "Blocked", false},
        {"blocked, vouched", "Blocked", {}, false, true, "Blocked", true},
        {"blocked and past its expiry", "Blocked", -1min, false, false, "Blocked", false},
        {"set to Expired", "Expired", {}, false, false, "Expired", false},
        {"set to Invalid", "Invalid", {}, true, true, "Invalid", true},
    };
    for (const auto& c : cases) {
        for (const auto use : {tag_use::authorize, tag_use::start}) {
            SCOPED_TRACE(c.name);
            events::id_tag_entry tag;
            tag.status = c.registered ? c.registered : "";
            if (c.expires_in) tag.expiry = noon + *c.expires_in;
            tag.parent_id_tag = "group";
            tag.account = account_id{7};
            tag.user_type = "student";
            events::vouch_entry vouch;
            vouch.command = "cmd";
            vouch.account = account_id{9};
            vouch.user_type = "staff";
            vouch.from = noon - 1min;
            vouch.until = noon + 4min;

            tag_question q;
            q.use = use;
            q.tag = c.registered ? &tag : nullptr;
            q.vouch = c.vouch ? &vouch : nullptr;
            q.accept_unknown_tags = c.accept_unknown;
            q.received_at = noon;
            const auto a = decide_tag(q);
            EXPECT_EQ(a.status, c.status);
            EXPECT_EQ(a.accepted(), std::string_view(c.status) == "Accepted");
            EXPECT_EQ(a.account, c.registered ? std::optional(account_id{7}) : std::nullopt);
            EXPECT_EQ(a.started_by, c.started_by ? std::optional(account_id{9}) : std::nullopt);
            EXPECT_EQ(a.vouched_by, c.started_by ? "cmd" : "");
            EXPECT_EQ(a.user_type, c.started_by   ? "staff"
                                   : c.registered ? "student"
                                                  : "")
                << "of the billed account";
            EXPECT_EQ(a.parent_id_tag, c.registered ? "group" : "");
            EXPECT_EQ(a.expiry, a.accepted() && c.registered ? tag.expiry : std::nullopt);
        }
    }
}

struct vouch_case {
    const char* name;
    tag_use use;
    std::chrono::minutes received;                  // from noon; the vouch holds noon..noon+5
    std::optional<std::chrono::minutes> started_at; // the charger's clock
    const char* bound_to;
    bool holds;
};

TEST(tag_decision, vouches_hold_for_their_time_and_one_start) {
    constexpr auto authorize = tag_use::authorize;
    constexpr auto start = tag_use::start;
    const vouch_case cases[] = {
        {"at once", authorize, 0min, {}, "", true},
        {"at the end", authorize, 5min, {}, "", true},
        {"too late", authorize, 6min, {}, "", false},
        {"before it was given", authorize, -1min, {}, "", false},
        {"authorize again after the start", authorize, 2min, {}, "this", true},
        {"a start at once", start, 1min, 1min, "", true},
        {"a start without a clock", start, 1min, {}, "", true},
        {"a start with a wrong clock", start, 1min, -60min * 24 * 365, "", true},
        {"received late, started in time", start, 60min, 2min, "", true},
        {"received late, no clock", start, 60min, {}, "", false},
        {"received late, clock of another day", start, 60min * 24 * 40, 2min, "", false},
        {"both late", start, 60min, 50min, "", false},
        {"the same start again", start, 2min, 1min, "this", true},
        {"another start", start, 2min, 1min, "other", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        events::vouch_entry vouch;
        vouch.from = noon;
        vouch.until = noon + 5min;
        tag_question q;
        q.use = c.use;
        q.vouch = &vouch;
        q.received_at = noon + c.received;
        if (c.started_at) q.started_at = noon + *c.started_at;
        q.identity_hash = "this";
        q.vouch_bound_to = c.bound_to;
        EXPECT_EQ(vouch_holds(q), c.holds);
        EXPECT_EQ(decide_tag(q).accepted(), c.holds);
    }
    EXPECT_FALSE(vouch_holds({}));
}

} // namespace
} // namespace voltlane::domain
