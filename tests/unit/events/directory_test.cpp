#include "shared/events/directory.hpp"

#include "unit/events/golden.hpp"
#include "unit/events/hostile.hpp"

#include <gtest/gtest.h>

namespace voltlane::events {
namespace {

using namespace std::chrono_literals;

const timestamp noon = std::chrono::sys_days{std::chrono::year{2025} / 9 / 5} + 12h;

struct entry_case {
    std::string golden;
    std::string key;
    directory_entry entry;
};

std::vector<entry_case> cases() {
    return {
        {"directory_generation.entry", "0/generation/csms.presence", generation_entry{"csms.presence", 3}},
        {"directory_tenant.usual", "7/tenant/7", tenant_entry{tenant_id{7}, std::string(64, 'a')}},
        {"directory_tenant.other", "7/tenant/7",
         tenant_entry{tenant_id{7}, std::string(64, 'b'), true, false, true, 5}},
        {"directory_charge_point.usual", "7/charge_point/bura",
         charge_point_entry{{tenant_id{7}, "bura"}, "BURA"}},
        {"directory_charge_point.deleted", "7/charge_point/bura",
         charge_point_entry{{tenant_id{7}, "bura"}, "BURA", "Pending", true}},
        {"directory_id_tag.bare", "7/id_tag/abc",
         id_tag_entry{.tenant = tenant_id{7}, .id_tag_folded = "abc"}},
        {"directory_id_tag.full", "7/id_tag/a/b",
         id_tag_entry{tenant_id{7}, "a/b", "Blocked", noon, "PARENT", account_id{12}, "residential"}},
        {"directory_vouch.full", "7/vouch/bura/a/b",
         vouch_entry{{tenant_id{7}, "bura"},
                     "a/b",
                     "6f1c2c1e-8d0b-4a57-9a53-0d6d2b8b7f10",
                     account_id{12},
                     "residential",
                     noon,
                     noon + 5min}},
        {"directory_vouch.bare", "7/vouch/bura/abc",
         vouch_entry{{tenant_id{7}, "bura"},
                     "abc",
                     "6f1c2c1e-8d0b-4a57-9a53-0d6d2b8b7f10",
                     account_id{12},
                     "",
                     noon,
                     noon}},
    };
}

TEST(directory, golden_and_back) {
    for (const auto& c : cases()) {
        EXPECT_EQ(directory_key(c.entry), c.key);
        const std::string text = encode(c.entry);
        testing::expect_golden(c.golden, text);
        const auto r = parse_directory(c.key, text);
        ASSERT_TRUE(r) << c.golden;
        EXPECT_FALSE(r->tombstone);
        EXPECT_EQ(r->entry.index(), c.entry.index());
        EXPECT_EQ(encode(r->entry), text);
    }
}

TEST(directory, tombstones_know_what_their_key_says) {
    for (const auto& c : cases()) {
        const auto r = parse_directory(c.key, "");
        ASSERT_TRUE(r) << c.key;
        EXPECT_TRUE(r->tombstone);
        EXPECT_EQ(r->entry.index(), c.entry.index());
        EXPECT_EQ(directory_key(r->entry), c.key);
    }
}

TEST(directory, keys_that_are_none) {
    const std::string value = encode(tenant_entry{tenant_id{7}, std::string(64, 'a')});
    for (const std::string key :
         {"", "/", "7", "7/tenant", "7/tenant/", "07/tenant/7", "7/tenant/8", "+7/tenant/7", "-7/tenant/-7",
          "x/tenant/7", "7/Tenant/7", "7/unknown/7", "7/vouch/bura", "7/generation/csms.presence",
          "99999999999999999999/tenant/7"}) {
        const auto r = parse_directory(key, value);
        ASSERT_FALSE(r) << key;
        EXPECT_EQ(r.error(), errc::corrupt);
        EXPECT_FALSE(parse_directory(key, "")) << key;
    }
}

TEST(directory, an_entry_under_another_key_is_corrupt) {
    for (const auto& c : cases()) {
        const std::string other = c.key + "x";
        EXPECT_FALSE(parse_directory(other, encode(c.entry))) << other;
    }
}

TEST(directory, hostile_values_are_corrupt) {
    for (const auto& c : cases()) {
        // The empty value is the tombstone.
        const auto parse = [&](std::string_view text) {
            return parse_directory(c.key, text.empty() ? std::string_view("x") : text);
        };
        const std::string good = encode(c.entry);
        testing::expect_hostile_refused(good, parse);
        testing::expect_unknown_members_ignored(good, parse);
    }
    const auto required = [](const std::string& name, const std::string& key,
                             const std::vector<std::string_view>& members) {
        testing::expect_required(testing::golden_text(name), members,
                                 [&](std::string_view text) { return parse_directory(key, text); });
    };
    required("directory_generation.entry", "0/generation/csms.presence", {"topic", "generation"});
    required("directory_tenant.usual", "7/tenant/7",
             {"tenant", "key_hash", "accept_unknown_tags", "self_registration", "require_subprotocol",
              "max_charge_points"});
    required("directory_charge_point.usual", "7/charge_point/bura",
             {"tenant", "charge_point", "identity", "registration", "deleted"});
    required("directory_id_tag.bare", "7/id_tag/abc", {"tenant", "id_tag_folded", "status"});
    required("directory_vouch.bare", "7/vouch/bura/abc",
             {"tenant", "charge_point", "id_tag_folded", "command", "account", "from", "until"});
}

} // namespace
} // namespace voltlane::events
