#include "shared/store/members.hpp"

#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"
#include "shared/events/directory.hpp"
#include "shared/store/account_admin.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/charge_point_grants.hpp"
#include "shared/store/id_tag_directory.hpp"
#include "shared/store/id_tags.hpp"
#include "shared/store/invitations.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/price_book.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono_literals;
using testing::test_database;

// A tenant with its founder and a member, and a driver of nobody with a tag there.
class members : public ::testing::Test {
protected:
    members() : db(scratch.settings(pg::role::api)) {
        tenant =
            db.run([](pg::transaction& t) { return insert_tenant(t, "anna", std::string(32, 'a'), "hash"); });
        founder = {account("anna", tenant, domain::role::super_admin), tenant, domain::role::super_admin};
        db.run([&](pg::transaction& t) { set_founder(t, tenant, founder.account); });
        member = account("Max", tenant, domain::role::user);
        driver = account("driver", std::nullopt, domain::role::user);
        db.run([&](pg::transaction& t) {
            EXPECT_TRUE(create_charge_point(t, {tenant, "bura"}, "BURA", {}));
            point = find_charge_point(t, founder, "bura")->id;
        });
    }

    account_id account(const std::string& name, std::optional<tenant_id> of, domain::role role) {
        new_account n;
        n.username = name;
        n.email = name + "@example.com";
        n.first_name = "First-" + name;
        n.tenant = of;
        n.role = role;
        return db.run([&](pg::transaction& t) { return insert_account(t, n); });
    }
    std::int64_t session_of(account_id a) {
        new_login_session s;
        s.account = a;
        s.life = 1h;
        return db.run([&](pg::transaction& t) { return open_login_session(t, s)->id; });
    }
    id_tag_row tag(const std::string& name, account_id holder) {
        id_tag_row row;
        row.id_tag = row.folded = name;
        row.account = holder;
        return db.run([&](pg::transaction& t) { return insert_id_tag(t, tenant, row); });
    }
    // What gateways hear last about a tag.
    events::id_tag_entry heard(const std::string& name) {
        const auto key = std::to_string(tenant()) + "/id_tag/" + name;
        const auto value = scratch.value("select convert_from(value, 'UTF8') from outbox where key = '" +
                                         key + "' order by id desc limit 1");
        return std::get<events::id_tag_entry>(events::parse_directory(key, value).value().entry);
    }
    std::vector<revoked_session> change(account_id id, const domain::account_change& c) {
        return db.run([&](pg::transaction& t) {
            lock_members(t, founder);
            return change_account(t, find_visible_account(t, founder, id).value(), c, system_clock().now());
        });
    }
    std::string usernames(const account_filter& f) {
        const auto page =
            db.run([&](pg::transaction& t) { return list_accounts(t, tenant, f, 30, 0, true); });
        EXPECT_EQ(page.count, static_cast<std::int64_t>(page.rows.size()));
        std::string all;
        for (const auto& a : page.rows)
            all += a.username + " ";
        return all;
    }

    test_database scratch;
    pg::database db;
    tenant_id tenant;
    domain::caller founder;
    account_id member, driver;
    std::int64_t point = 0;
};

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
