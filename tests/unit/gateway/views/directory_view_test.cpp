#include "gateway/views/directory_view.hpp"

#include "gateway/views/roster.hpp"

#include <gtest/gtest.h>

namespace voltlane::gateway {
namespace {

using namespace std::chrono_literals;

directory_news tombstone(events::directory_entry e) {
    return std::make_shared<const events::directory_record>(events::directory_record{std::move(e), true});
}

const charger_key bura{tenant_id{1}, "bura"};

TEST(directory_view, a_tenant_is_found_by_its_keys_hash_until_the_key_is_rotated_or_it_goes) {
    directory_view v;
    EXPECT_EQ(v.tenant_by_key_hash("a"), nullptr);
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "a"});
    auto* t = v.tenant_by_key_hash("a");
    ASSERT_NE(t, nullptr);
    EXPECT_TRUE(t->active);
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "b"});
    EXPECT_EQ(v.tenant_by_key_hash("a"), nullptr);
    EXPECT_EQ(v.tenant_by_key_hash("b"), t) << "connections keep the address";
    EXPECT_EQ(t->key_version, 1u);
    v.apply(tombstone(events::tenant_entry{.id = tenant_id{1}}));
    EXPECT_EQ(v.tenant_by_key_hash("b"), nullptr);
    EXPECT_FALSE(t->active);
}

TEST(directory_view, tells_of_a_changed_key_and_of_no_other_change) {
    directory_view v;
    std::vector<tenant_id> changed;
    v.on_key_changed = [&](tenant_id id) {
        changed.push_back(id);
    };
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "a"});
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "a", .accept_unknown_tags = true});
    v.apply(events::tenant_entry{.id = tenant_id{2}, .key_hash = "x"});
    EXPECT_TRUE(changed.empty());
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "b"});
    EXPECT_EQ(changed, std::vector{tenant_id{1}});
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "b"});
    EXPECT_EQ(changed.size(), 1u);
    EXPECT_EQ(v.tenant(tenant_id{1})->key_version, 1u);
    EXPECT_EQ(v.tenant(tenant_id{2})->key_version, 0u);
}

TEST(directory_view, newcomers_count_until_they_are_registered_or_their_grace_is_over) {
    directory_view v;
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "a", .max_charge_points = 2});
    auto* t = v.tenant(tenant_id{1});
    EXPECT_TRUE(t->take_newcomer("bura", timestamp(0s)));
    EXPECT_TRUE(t->take_newcomer("cetina", timestamp(0s)));
    EXPECT_FALSE(t->take_newcomer("drava", timestamp(0s)));
    EXPECT_TRUE(t->take_newcomer("bura", timestamp(60s))) << "dials again";
    EXPECT_EQ(t->charge_points(), 2u);
    v.apply(events::charge_point_entry{.key = bura, .identity = "BURA"});
    EXPECT_EQ(t->charge_points(), 2u) << "registered: counted once";
    EXPECT_FALSE(t->take_newcomer("drava", timestamp(60s)));
    v.forget_old(timestamp(0s) + tenant_view::newcomer_grace);
    EXPECT_EQ(t->charge_points(), 2u);
    v.forget_old(timestamp(1s) + tenant_view::newcomer_grace);
    EXPECT_EQ(t->charge_points(), 1u);
    EXPECT_TRUE(t->take_newcomer("drava", timestamp(700s)));
    v.apply(events::charge_point_entry{.key = {tenant_id{1}, "drava"}, .deleted = true});
    EXPECT_EQ(t->charge_points(), 1u) << "deleted: not counted";
}

TEST(directory_view, a_key_that_moved_to_another_tenant_stays_there) {
    directory_view v;
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "a"});
    v.apply(events::tenant_entry{.id = tenant_id{2}, .key_hash = "a"});
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "b"});
    EXPECT_EQ(v.tenant_by_key_hash("a")->settings.id, tenant_id{2});
}

TEST(directory_view, tags_of_one_tenant_are_not_anothers) {
    directory_view v;
    v.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "a"});
    v.apply(events::tenant_entry{.id = tenant_id{2}, .key_hash = "b"});
    v.apply(events::id_tag_entry{.tenant = tenant_id{1}, .id_tag_folded = "t", .status = "Blocked"});
    ASSERT_NE(v.tenant(tenant_id{1})->tag("t"), nullptr);
    EXPECT_EQ(v.tenant(tenant_id{1})->tag("t")->status, "Blocked");
    EXPECT_EQ(v.tenant(tenant_id{2})->tag("t"), nullptr);
    v.apply(tombstone(events::id_tag_entry{.tenant = tenant_id{1}, .id_tag_folded = "t"}));
    EXPECT_EQ(v.tenant(tenant_id{1})->tag("t"), nullptr);
}

TEST(directory_view, counts_charge_points_and_tells_of_deleted_ones) {
    directory_view v;
    std::vector<charger_key> gone;
    v.on_charge_point_gone = [&](const charger_key& k) {
        gone.push_back(k);
    };
    v.apply(events::charge_point_entry{.key = bura, .identity = "BURA"});
    v.apply(events::charge_point_entry{.key = bura, .identity = "BURA", .registration = "Pending"});
    EXPECT_EQ(v.tenant(tenant_id{1})->charge_points(), 1u);
    v.apply(events::charge_point_entry{.key = bura, .identity = "BURA", .deleted = true});
    EXPECT_EQ(v.tenant(tenant_id{1})->charge_points(), 0u);
    EXPECT_EQ(gone, std::vector{bura});
    EXPECT_TRUE(v.tenant(tenant_id{1})->charge_point("bura")->deleted);
    v.apply(tombstone(events::charge_point_entry{.key = bura}));
    EXPECT_EQ(v.tenant(tenant_id{1})->charge_point("bura"), nullptr);
    EXPECT_EQ(v.tenant(tenant_id{1})->charge_points(), 0u);
}

TEST(directory_view, a_vouch_keeps_what_bound_it_unless_another_command_gives_a_new_one) {
    directory_view v;
    events::vouch_entry e{.key = bura, .id_tag_folded = "t", .command = "c1", .account = account_id{7}};
    e.until = timestamp(100s);
    v.apply(e);
    auto* t = v.tenant(tenant_id{1});
    t->vouch("bura", "t")->bound_to = "start";
    v.apply(e);
    EXPECT_EQ(t->vouch("bura", "t")->bound_to, "start");
    e.command = "c2";
    v.apply(e);
    EXPECT_EQ(t->vouch("bura", "t")->bound_to, "");
    EXPECT_EQ(t->vouch("other", "t"), nullptr);
    v.forget_old(timestamp(100s) + directory_view::vouch_memory);
    EXPECT_NE(t->vouch("bura", "t"), nullptr);
    v.forget_old(timestamp(101s) + directory_view::vouch_memory);
    EXPECT_EQ(t->vouch("bura", "t"), nullptr);
}

TEST(directory_view, knows_the_generation_of_a_log) {
    directory_view v;
    EXPECT_EQ(v.generation("csms.presence"), 0);
    v.apply(events::generation_entry{.topic = "csms.presence", .generation = 4});
    EXPECT_EQ(v.generation("csms.presence"), 4);
}

TEST(roster, guides_to_each_shard_once_while_it_holds_a_connection) {
    roster r;
    std::vector<std::size_t> found;
    const auto find = [&] {
        found.clear();
        return r.find("1/bura", [&](std::size_t i) { found.push_back(i); });
    };
    EXPECT_FALSE(find());
    r.apply({"1/bura", 0, true});
    r.apply({"1/bura", 1, true});
    r.apply({"1/bura", 1, true});
    EXPECT_TRUE(find());
    EXPECT_EQ(found, (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(r.size(), 3u);
    r.apply({"1/bura", 0, false});
    r.apply({"1/bura", 1, false});
    EXPECT_TRUE(find());
    EXPECT_EQ(found, std::vector<std::size_t>{1});
    r.apply({"1/bura", 1, false});
    EXPECT_FALSE(find());
    EXPECT_EQ(r.size(), 0u);
    r.apply({"1/bura", 1, false});
    EXPECT_EQ(r.size(), 0u);
}

} // namespace
} // namespace voltlane::gateway
