#pragma once

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
#include "shared/store/members.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/price_book.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

namespace voltlane::store {

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

} // namespace voltlane::store
