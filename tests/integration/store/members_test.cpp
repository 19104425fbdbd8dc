#include "integration/store/members_fixture.hpp"

#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

TEST_F(members, the_list_is_of_the_tenant_and_by_its_filters) {
    tag("card", driver); // holds a tag: no member by that
    EXPECT_EQ(usernames({}), "anna Max ");
    EXPECT_EQ(usernames({.text = "mAX@"}), "Max ");
    EXPECT_EQ(usernames({.text = "first-"}), "anna Max ");
    EXPECT_EQ(usernames({.text = "%"}), "");
    EXPECT_EQ(usernames({.role = domain::role::super_admin}), "anna ");
    EXPECT_EQ(usernames({.active = false}), "");
    domain::account_change off;
    off.active = false;
    change(member, off);
    EXPECT_EQ(usernames({.active = false}), "Max ");
    EXPECT_EQ(usernames({.active = true}), "anna ");
    const auto beyond =
        db.run([&](pg::transaction& t) { return list_accounts(t, tenant, {}, 30, 100, true); });
    EXPECT_EQ(beyond.count, 2);
    EXPECT_TRUE(beyond.rows.empty());
}

TEST_F(members, one_is_seen_by_itself_and_its_tenants_administrators) {
    const auto sees = [this](const domain::caller& who, account_id id) {
        return db.run([&](pg::transaction& t) { return find_visible_account(t, who, id); }).has_value();
    };
    EXPECT_TRUE(sees(founder, member));
    EXPECT_TRUE(sees(founder, founder.account));
    EXPECT_FALSE(sees(founder, driver));
    const domain::caller as_member{member, tenant, domain::role::user};
    EXPECT_TRUE(sees(as_member, member));
    EXPECT_FALSE(sees(as_member, founder.account));
    const domain::caller as_driver{driver, {}, domain::role::user};
    EXPECT_TRUE(sees(as_driver, driver));
    EXPECT_FALSE(sees(as_driver, member));
}

TEST_F(members, a_tag_is_ones_own_where_it_is_registered_so_and_good) {
    auto mine = tag("tag", driver);
    id_tag_row spare;
    spare.id_tag = spare.folded = "spare";
    db.run([&](pg::transaction& t) { insert_id_tag(t, tenant, spare); });
    const auto own = [this](tenant_id of, std::string_view folded, account_id who) {
        return db.run([&](pg::transaction& t) { return is_own_tag(t, of, folded, who); });
    };
    EXPECT_TRUE(own(tenant, "tag", driver));
    EXPECT_FALSE(own(tenant, "tag", member)) << "somebody else's";
    EXPECT_FALSE(own(tenant, "spare", driver)) << "nobody's";
    EXPECT_FALSE(own(tenant, "unknown", driver));
    EXPECT_FALSE(own(tenant_id(tenant() + 1), "tag", driver)) << "another tenant's";
    const auto set = [&](const char* status, std::optional<timestamp> expiry) {
        mine.status = status, mine.expiry = expiry;
        db.run([&](pg::transaction& t) { update_id_tag(t, tenant, mine); });
    };
    set("Blocked", std::nullopt);
    EXPECT_FALSE(own(tenant, "tag", driver));
    set("Accepted", system_clock().now() - 1h);
    EXPECT_FALSE(own(tenant, "tag", driver));
    set("Accepted", system_clock().now() + 1h);
    EXPECT_TRUE(own(tenant, "tag", driver));
    const domain::caller who{driver, {}, domain::role::user};
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return list_charge_points(t, who); }).empty())
        << "a tag alone shows no charge point";
}

TEST_F(members, deactivation_ends_logins_and_blocks_the_tags_until_activation) {
    tag("card", member);
    auto blocked = tag("lost", member);
    blocked.status = "Blocked";
    db.run([&](pg::transaction& t) { update_id_tag(t, tenant, blocked); });
    const auto first = session_of(member), second = session_of(member);
    session_of(founder.account);

    domain::account_change c;
    c.active = false;
    const auto revoked = change(member, c);
    ASSERT_EQ(revoked.size(), 2U);
    EXPECT_EQ((std::set<std::int64_t>{revoked[0].id, revoked[1].id}),
              (std::set<std::int64_t>{first, second}));
    EXPECT_EQ(heard("card").status, "Blocked");
    EXPECT_EQ(heard("card").account, member);
    EXPECT_EQ(scratch.value("select status from id_tags where id_tag = 'card'"), "Accepted")
        << "as registered";
    // A tag that is given to a deactivated account does not open anything either.
    tag("new", member);
    EXPECT_EQ(heard("new").status, "Blocked");

    c.active = true;
    EXPECT_TRUE(change(member, c).empty());
    EXPECT_EQ(heard("card").status, "Accepted");
    EXPECT_EQ(heard("new").status, "Accepted");
    EXPECT_EQ(heard("lost").status, "Blocked");
}

TEST_F(members, an_accounts_end_is_its_tags_end) {
    tag("card", member);
    const auto end = system_clock().now() + 1h;
    domain::account_change c;
    c.expires_at = std::optional(end);
    session_of(member);
    EXPECT_TRUE(change(member, c).empty()) << "not yet";
    ASSERT_TRUE(heard("card").expiry);
    EXPECT_LT(std::chrono::abs(*heard("card").expiry - end), 1s);
    c.expires_at = std::optional(system_clock().now() - 1s);
    EXPECT_EQ(change(member, c).size(), 1U);
    c.expires_at = std::optional<timestamp>();
    change(member, c);
    EXPECT_FALSE(heard("card").expiry);
}

TEST_F(members, a_type_reaches_the_gateways_with_every_tag) {
    tag("card", member);
    domain::account_change c;
    c.user_type = std::optional<std::string>("staff");
    change(member, c);
    EXPECT_EQ(heard("card").user_type, "staff");
    scratch.exec(
        "insert into user_types (name, flag, fields, source) values ('staff', 'is_staff', '[]', 'api')");
    EXPECT_TRUE(db.run([](pg::transaction& t) { return is_declared_type(t, "staff"); }));
    EXPECT_FALSE(db.run([](pg::transaction& t) { return is_declared_type(t, "Staff"); }));
}

// The two transactions race for the tag's row and the account's; whoever is second tells the gateways.
TEST_F(members, a_tag_and_its_holder_changed_at_once_end_up_as_both_left_them) {
    for (int round = 0; round < 20; ++round) {
        auto row = tag("race" + std::to_string(round), member);
        std::thread blocking([&] {
            pg::database own(scratch.settings(pg::role::api));
            row.parent_id_tag = "group";
            own.run([&](pg::transaction& t) { update_id_tag(t, tenant, row); });
        });
        domain::account_change c;
        c.active = round % 2 == 1;
        change(member, c);
        blocking.join();
        const auto entry = heard(row.folded);
        EXPECT_EQ(entry.status, round % 2 == 1 ? "Accepted" : "Blocked");
        EXPECT_EQ(entry.parent_id_tag, "group");
    }
}

TEST_F(members, of_two_administrators_who_demote_each_other_one_stays) {
    const auto second = account("berta", tenant, domain::role::super_admin);
    const domain::caller other{second, tenant, domain::role::super_admin};
    std::atomic<int> done = 0;
    const auto demote = [&](const domain::caller& who, account_id whom) {
        pg::database own(scratch.settings(pg::role::api));
        own.run([&](pg::transaction& t) {
            if (!lock_members(t, who).allowed) return;
            domain::account_change c;
            c.role = domain::role::user;
            change_account(t, find_visible_account(t, who, whom).value(), c, system_clock().now());
            ++done;
        });
    };
    std::thread first([&] { demote(founder, second); });
    demote(other, founder.account);
    first.join();
    EXPECT_EQ(done, 1);
    EXPECT_EQ(scratch.value("select count(*) from accounts where role = 'super_admin'"), "1");
}

TEST_F(members, who_leaves_loses_what_it_was_given_and_keeps_what_it_charged) {
    tag("card", member);
    db.run([&](pg::transaction& t) {
        set_held_price(t, point, member, {price{1}, std::nullopt});
        EXPECT_TRUE(add_grant(t, point, member));
        EXPECT_FALSE(add_grant(t, point, member));
        EXPECT_TRUE(add_grant(t, point, driver));
    });
    scratch.exec(
        "insert into sessions (tenant_id, charge_point_id, transaction_key, connector_id, account_id, state, "
        "started_at, start_received_at) values (" +
        std::to_string(tenant()) + ", " + std::to_string(point) + ", '1', 1, " + std::to_string(member()) +
        ", 'open', now(), now())");
    const auto login = session_of(member);
    const auto leave = [&](account_id id, tenant_id of) {
        return db.run([&](pg::transaction& t) { return leave_tenant(t, id, of); });
    };
    EXPECT_FALSE(leave(driver, tenant));
    EXPECT_FALSE(leave(member, tenant_id(tenant() + 1)));
    const auto revoked = leave(member, tenant);
    ASSERT_TRUE(revoked);
    ASSERT_EQ(revoked->size(), 1U);
    EXPECT_EQ(revoked->front().id, login);
    EXPECT_EQ(heard("card").status, "Blocked");
    EXPECT_FALSE(heard("card").account);
    const auto row = db.run([&](pg::transaction& t) { return find_account(t, member); });
    EXPECT_FALSE(row->tenant);
    EXPECT_FALSE(row->parent);
    const domain::caller left{member, {}, domain::role::user};
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return list_charge_points(t, left); }).empty());
    EXPECT_EQ(scratch.value("select count(*) from prices where valid_to is null"), "0");
    const auto grants = db.run([&](pg::transaction& t) { return list_grants(t, point); });
    ASSERT_EQ(grants.size(), 1U);
    EXPECT_EQ(grants[0].account, driver);
    EXPECT_EQ(scratch.value("select owner_id from sessions"), std::to_string(member()));
    EXPECT_FALSE(leave(member, tenant)) << "once";
}

} // namespace
} // namespace voltlane::store
