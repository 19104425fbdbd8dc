#include "integration/store/members_fixture.hpp"

#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

TEST_F(members, an_invitation_is_renewed_listed_taken_back_and_accepted_once) {
    const auto until = system_clock().now() + 24h;
    const auto invite_to = [&](const char* email) {
        return db.run([&](pg::transaction& t) { return invite(t, tenant, email, founder.account, until); });
    };
    const auto first = invite_to("driver@example.com");
    EXPECT_TRUE(first.created);
    EXPECT_EQ(first.row.invited_by, "anna");
    const auto again = invite_to("DRIVER@example.com");
    EXPECT_FALSE(again.created);
    EXPECT_EQ(again.row.id, first.row.id);
    EXPECT_EQ(scratch.value("select count(*) from outbox where topic = 'csms.notifications'"), "2")
        << "a mail each";
    const auto other = invite_to("other@example.com");
    EXPECT_EQ(
        db.run([&](pg::transaction& t) { return count_other_invitations(t, tenant, "Driver@example.com"); }),
        1);
    const auto page = db.run([&](pg::transaction& t) { return list_invitations(t, tenant, 1, 1); });
    EXPECT_EQ(page.count, 2);
    ASSERT_EQ(page.rows.size(), 1U);
    EXPECT_EQ(page.rows[0].id, other.row.id);
    const auto revoke = [&](tenant_id of, std::int64_t id) {
        return db.run([&](pg::transaction& t) { return revoke_invitation(t, of, id); });
    };
    EXPECT_FALSE(revoke(tenant_id(tenant() + 1), other.row.id)) << "another tenant's";
    EXPECT_TRUE(revoke(tenant, other.row.id));
    EXPECT_FALSE(revoke(tenant, other.row.id));

    const auto hash = sha256_hex("token");
    db.run([&](pg::transaction& t) {
        insert_one_time_token(t, token_purpose::invitation, hash, first.row.id, until);
        insert_one_time_token(t, token_purpose::invitation, sha256_hex("other"), other.row.id, until);
    });
    const auto look = [&](std::int64_t id, const std::string& token) {
        return db.run([&](pg::transaction& t) { return find_invitation(t, id, sha256_hex(token)); })
            .has_value();
    };
    EXPECT_TRUE(look(first.row.id, "token"));
    EXPECT_FALSE(look(first.row.id, "Token"));
    EXPECT_FALSE(look(other.row.id, "token"));
    EXPECT_FALSE(look(other.row.id, "other")) << "taken back";

    std::atomic<int> joined = 0;
    const auto accept = [&] {
        pg::database own(scratch.settings(pg::role::api));
        own.run([&](pg::transaction& t) {
            const auto found = accept_invitation(t, first.row.id, hash);
            if (!found) return;
            close_invitation(t, first.row.id, driver);
            if (join_tenant(t, driver, found->tenant, found->founder)) ++joined;
        });
    };
    std::thread rival(accept);
    accept();
    rival.join();
    EXPECT_EQ(joined, 1);
    EXPECT_FALSE(look(first.row.id, "token")) << "used up";
    const auto row = db.run([&](pg::transaction& t) { return find_account(t, driver); });
    EXPECT_EQ(row->tenant, tenant);
    EXPECT_EQ(row->parent, founder.account);
    EXPECT_EQ(row->user_type, "CUSTOMER_USER");
    EXPECT_EQ(row->role, domain::role::user);
    EXPECT_TRUE(row->is_approved && row->email_verified && row->approved_at);
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return is_member(t, tenant, "DRIVER@example.com"); }));
}

TEST_F(members, an_expired_invitation_leads_nowhere_and_can_be_sent_again) {
    const auto make = [&](timestamp until) {
        return db.run(
            [&](pg::transaction& t) { return invite(t, tenant, "x@example.com", founder.account, until); });
    };
    const auto made = make(system_clock().now() - 1s);
    const auto hash = sha256_hex("token");
    db.run([&](pg::transaction& t) {
        insert_one_time_token(t, token_purpose::invitation, hash, made.row.id, system_clock().now() + 1h);
    });
    const auto good = [&] {
        return db.run([&](pg::transaction& t) { return find_invitation(t, made.row.id, hash); }).has_value();
    };
    EXPECT_FALSE(good());
    EXPECT_FALSE(make(system_clock().now() + 1h).created);
    EXPECT_TRUE(good());
}

// Each way in which somebody stops administering a tenant, and what becomes of what they sent before.
TEST_F(members, an_invitation_lives_no_longer_than_its_senders_rights) {
    const auto until = system_clock().now() + 24h;
    const auto open_of = [&](account_id who) {
        return scratch.value("select count(*) from invitations where revoked_at is null and invited_by = " +
                             std::to_string(who()));
    };
    const auto invite_by = [&](account_id who, const std::string& name) {
        return db.run([&](pg::transaction& t) {
            const auto made = invite(t, tenant, name + "@example.com", who, until).row.id;
            insert_one_time_token(t, token_purpose::invitation, sha256_hex(name), made, until);
            return made;
        });
    };
    const auto good = [&](std::int64_t id, const std::string& name) {
        const bool seen =
            db.run([&](pg::transaction& t) { return find_invitation(t, id, sha256_hex(name)); }).has_value();
        bool accepted = false;
        try {
            db.run([&](pg::transaction& t) {
                accepted = accept_invitation(t, id, sha256_hex(name)).has_value();
                throw std::runtime_error("only a look");
            });
        } catch (const std::runtime_error&) {
        }
        EXPECT_EQ(seen, accepted);
        return seen;
    };
    const auto founders = invite_by(founder.account, "kept");
    int count = 0;
    const auto lost_by = [&](auto&& loses, bool taken_back) {
        const auto name = "admin" + std::to_string(++count);
        const auto admin = account(name, tenant, domain::role::super_admin);
        const auto id = invite_by(admin, name + "s-guest");
        EXPECT_TRUE(good(id, name + "s-guest"));
        loses(admin, name);
        EXPECT_FALSE(good(id, name + "s-guest")) << name;
        EXPECT_EQ(open_of(admin), taken_back ? "0" : "1") << name;
    };
    const auto by_change = [&](const domain::account_change& c) {
        return [&, c](account_id admin, const std::string&) {
            change(admin, c);
        };
    };
    lost_by(by_change({.role = domain::role::user}), true);
    lost_by(by_change({.active = false}), true);
    lost_by([&](account_id admin,
                const std::string&) { db.run([&](pg::transaction& t) { leave_tenant(t, admin, tenant); }); },
            true);
    const auto past = system_clock().now() - 1s;
    lost_by(by_change({.expires_at = std::optional(past)}), false);
    // Whatever changed the row.
    lost_by(
        [&](account_id, const std::string& name) {
            scratch.exec("update accounts set role = 'user' where username = '" + name + "'");
        },
        false);
    const auto typed = account("typed", tenant, domain::role::super_admin);
    const auto theirs = invite_by(typed, "theirs");
    change(typed, {.user_type = std::optional<std::string>("CUSTOMER_USER")});
    EXPECT_TRUE(good(theirs, "theirs")) << "nothing that invitations hang on";
    EXPECT_TRUE(good(founders, "kept"));
}

} // namespace
} // namespace voltlane::store
