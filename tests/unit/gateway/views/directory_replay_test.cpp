#include "gateway/views/directory_replay.hpp"

#include "gateway/views/directory_view.hpp"

#include <gtest/gtest.h>

namespace voltlane::gateway {
namespace {

using namespace std::chrono_literals;

TEST(directory_replay, ends_once_when_the_log_was_read_and_its_patience_is_over) {
    const auto now = clock::steady_point(1h);
    const auto later = now + directory_replay::patience;
    directory_replay r;
    EXPECT_FALSE(r.ends(true, later)) << "nothing was lost";
    r.lost(now);
    EXPECT_EQ(r.since(), now);
    EXPECT_FALSE(r.ends(true, later)) << "what the reader says is of the time before";
    r.lost(now + 1s);
    EXPECT_EQ(r.since(), now) << "lost since the first time";
    r.begin(now);
    EXPECT_FALSE(r.ends(true, later)) << "a log without any tenant is not filled yet";
    r.saw_tenant();
    EXPECT_FALSE(r.ends(false, later));
    EXPECT_FALSE(r.ends(true, later - 1s));
    EXPECT_TRUE(r.ends(true, later));
    EXPECT_FALSE(r.ends(true, later));
    EXPECT_FALSE(r.since());
}

TEST(directory_replay, lost_again_it_begins_again) {
    const auto now = clock::steady_point(1h);
    directory_replay r;
    r.lost(now);
    r.begin(now);
    r.saw_tenant();
    r.lost(now + 30s);
    r.begin(now + 40s);
    EXPECT_FALSE(r.ends(true, now + 40s + directory_replay::patience)) << "no tenant came this time";
    r.saw_tenant();
    EXPECT_FALSE(r.ends(true, now + directory_replay::patience));
    EXPECT_TRUE(r.ends(true, now + 40s + directory_replay::patience));
}

class replayed_view_test : public ::testing::Test {
protected:
    replayed_view_test() {
        view.on_charge_point_gone = [this](const charger_key& k) {
            gone.push_back(k.charge_point);
        };
        view.on_tenant_gone = [this](tenant_id id) {
            gone.push_back("tenant " + std::to_string(id()));
        };
        tenant(1);
        tenant(2);
        tag("stays");
        tag("goes");
        charger("stays");
        charger("goes");
    }
    void tenant(std::int64_t id) {
        view.apply(events::tenant_entry{.id = tenant_id{id}, .key_hash = std::to_string(id)});
    }
    void tag(std::string name, std::string status = "Accepted") {
        view.apply(events::id_tag_entry{
            .tenant = tenant_id{1}, .id_tag_folded = std::move(name), .status = std::move(status)});
    }
    void charger(const std::string& name) {
        view.apply(events::charge_point_entry{.key = {tenant_id{1}, name}, .identity = name});
    }
    tenant_view& first() { return *view.tenant(tenant_id{1}); }

    directory_view view;
    std::vector<std::string> gone;
};

TEST_F(replayed_view_test, what_did_not_come_again_goes_at_the_end_and_not_before) {
    const auto* before = &first();
    view.begin_replay();
    tenant(1);
    tag("stays", "Blocked");
    charger("stays");
    EXPECT_NE(first().tag("goes"), nullptr);
    EXPECT_EQ(first().tag("stays")->status, "Blocked");
    EXPECT_NE(view.tenant_by_key_hash("2"), nullptr);
    EXPECT_TRUE(gone.empty());
    view.end_replay();
    EXPECT_EQ(first().tag("goes"), nullptr);
    EXPECT_NE(first().tag("stays"), nullptr);
    EXPECT_EQ(first().charge_point("goes"), nullptr);
    EXPECT_NE(first().charge_point("stays"), nullptr);
    EXPECT_EQ(first().charge_points(), 1u);
    EXPECT_EQ(view.tenant_by_key_hash("2"), nullptr);
    EXPECT_FALSE(view.tenant(tenant_id{2})->active);
    EXPECT_EQ(view.tenant_by_key_hash("1"), before) << "connections keep the address";
    EXPECT_EQ(gone, (std::vector<std::string>{"goes", "tenant 2"}));
}

TEST_F(replayed_view_test, a_replay_that_begins_again_forgets_what_came_in_the_first) {
    view.begin_replay();
    tenant(1);
    tenant(2);
    tag("goes");
    view.begin_replay();
    tenant(1);
    tenant(2);
    tag("stays");
    charger("stays");
    charger("goes");
    view.end_replay();
    EXPECT_EQ(first().tag("goes"), nullptr);
    EXPECT_NE(first().tag("stays"), nullptr);
    EXPECT_TRUE(gone.empty());
}

TEST_F(replayed_view_test, without_a_replay_nothing_ends) {
    view.end_replay();
    EXPECT_NE(first().tag("goes"), nullptr);
    EXPECT_TRUE(gone.empty());
}

TEST_F(replayed_view_test, a_vouch_stays_also_where_the_log_does_not_have_it_yet) {
    events::command c;
    c.id = command_id{"c1"};
    c.vouch = events::command_vouch{"guest", account_id{9}, "visitor", timestamp(300s)};
    first().add_vouch({tenant_id{1}, "stays"}, c);
    view.begin_replay();
    tenant(1);
    view.end_replay();
    EXPECT_NE(first().vouch("stays", "guest"), nullptr);
}

} // namespace
} // namespace voltlane::gateway
