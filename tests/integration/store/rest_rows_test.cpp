#include "shared/base/clock.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/command_log.hpp"
#include "shared/store/id_tags.hpp"
#include "shared/store/login_sessions.hpp"
#include "shared/store/price_book.hpp"
#include "shared/store/revenue_views.hpp"
#include "shared/store/session_lists.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono_literals;
using testing::test_database;

// Two tenants with a founder each, and a driver without a tenant; both have a charge point "BURA".
class rest_rows : public ::testing::Test {
protected:
    rest_rows() : db(scratch.settings(pg::role::api)) {
        a = founder("anna", 'a');
        b = founder("bert", 'b');
        driver = caller_of(account("driver", std::nullopt, domain::role::user));
        create(a, "BURA");
        create(b, "BURA");
    }

    account_id account(const std::string& name, std::optional<tenant_id> tenant, domain::role role) {
        new_account n;
        n.username = name;
        n.email = name + "@example.com";
        n.password_hash = "x";
        n.role = role;
        n.tenant = tenant;
        return db.run([&](pg::transaction& t) { return insert_account(t, n); });
    }
    domain::caller founder(const std::string& name, char digit) {
        const auto tenant = db.run(
            [&](pg::transaction& t) { return insert_tenant(t, name, std::string(32, digit), "hash"); });
        const auto id = account(name, tenant, domain::role::super_admin);
        db.run([&](pg::transaction& t) { set_founder(t, tenant, id); });
        return {id, tenant, domain::role::super_admin};
    }
    static domain::caller caller_of(account_id id) { return {id, std::nullopt, domain::role::user}; }

    void create(const domain::caller& who, const std::string& id, const charge_point_change& c = {}) {
        std::string canonical = id;
        for (auto& ch : canonical)
            ch = static_cast<char>(std::tolower(ch));
        EXPECT_TRUE(db.run(
            [&](pg::transaction& t) { return create_charge_point(t, {*who.tenant, canonical}, id, c); }));
    }
    std::optional<charge_point> find(const domain::caller& who, const std::string& id) {
        return db.run([&](pg::transaction& t) { return find_charge_point(t, who, id); });
    }
    std::string listed(const domain::caller& who) {
        std::string all;
        for (const auto& c : db.run([&](pg::transaction& t) { return list_charge_points(t, who); }))
            all += std::to_string(c.tenant()) + "/" + c.identity + " ";
        return all;
    }
    void price_at(const domain::caller& tenant, const std::string& id) {
        const domain::tariff price_there{price{500}, std::nullopt};
        const auto cp = find(tenant, id)->id;
        db.run([&](pg::transaction& t) { set_held_price(t, cp, driver.account, price_there); });
    }
    std::int64_t session(const domain::caller& tenant, std::optional<account_id> owner,
                         const std::string& tag = "TAG") {
        const auto cp = find(tenant, "bura")->id;
        const auto who = owner ? std::to_string((*owner)()) : "null";
        return std::stoll(scratch.value("insert into sessions (tenant_id, charge_point_id, transaction_key, "
                                        "connector_id, id_tag, account_id, state, "
                                        "started_at, start_received_at) values (" +
                                        std::to_string((*tenant.tenant)()) + ", " + std::to_string(cp) +
                                        ", '77', 1, '" + tag + "', " + who +
                                        ", 'open', now(), now()) returning id"));
    }
    session_page list(const domain::caller& who, const session_filter& f = {}, std::int64_t limit = 30,
                      std::int64_t offset = 0) {
        scratch.exec("select recount_sessions()"); // these rows were not written by the pool
        session_request q;
        q.limit = limit;
        q.offset = offset;
        q.counted = true;
        return db.run([&](pg::transaction& t) { return list_sessions(t, who, f, q); });
    }

    test_database scratch;
    pg::database db;
    domain::caller a, b, driver;
};

TEST_F(rest_rows, names_are_unique_without_case) {
    const auto taken = db.run([&](pg::transaction& t) { return find_taken(t, "ANNA", "BERT@EXAMPLE.COM"); });
    EXPECT_TRUE(taken.username && taken.email);
    EXPECT_THROW(account("Anna", std::nullopt, domain::role::user), pg::failure);
    const auto by_mail =
        db.run([&](pg::transaction& t) { return find_account_by_login(t, "Anna@Example.com").found; });
    ASSERT_TRUE(by_mail);
    EXPECT_EQ(by_mail->id, a.account);
}

TEST_F(rest_rows, a_login_name_is_taken_by_either_of_anothers_names) {
    const auto taken = [this](std::string_view username, std::string_view email) {
        return db.run([&](pg::transaction& t) { return find_taken(t, username, email); });
    };
    EXPECT_TRUE(taken("Anna@Example.com", "new@example.com").username);
    new_account named_by_mail;
    named_by_mail.username = "own@example.com";
    named_by_mail.email = "own@example.com";
    EXPECT_FALSE(taken(named_by_mail.username, named_by_mail.email).any());
    db.run([&](pg::transaction& t) { return insert_account(t, named_by_mail); });
    EXPECT_TRUE(taken("x", "OWN@example.com").email);
}

TEST_F(rest_rows, an_email_is_only_found_among_a_tenants_own_and_drivers_of_nobody) {
    for (const auto& [email, known] :
         {std::pair("ANNA@example.com", true), {"driver@example.com", true}, {"bert@example.com", false}})
        EXPECT_EQ(db.run([&, e = email](pg::transaction& t) {
            return find_account_by_email(t, e, *a.tenant).has_value();
        }),
                  known);
}

TEST_F(rest_rows, no_tenant_hijacks_the_long_form_of_anothers_charge_point) {
    const auto long_form = std::to_string((*a.tenant)()) + "~bura";
    create(b, long_form); // as a charger that dials with it would
    for (const auto& [tenant, id] : {std::pair(a, std::string("bura")), {b, "bura"}, {b, long_form}})
        price_at(tenant, id);
    const auto found = find(driver, long_form);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tenant, *a.tenant);
    const auto other = find(driver, std::to_string((*b.tenant)()) + "~" + long_form);
    EXPECT_TRUE(other && other->tenant == *b.tenant) << "what looks like a long form has one of its own";
    EXPECT_TRUE(find(b, long_form)) << "its owner sees only the one";
}

TEST_F(rest_rows, a_caller_is_its_account_and_its_own_login_session) {
    new_login_session s;
    s.account = a.account;
    s.life = 1h;
    const auto id = db.run([&](pg::transaction& t) { return open_login_session(t, s)->id; });
    auto row = db.run([&](pg::transaction& t) { return find_caller(t, a.account, id); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->caller.tenant, a.tenant);
    EXPECT_TRUE(row->may_login);
    EXPECT_FALSE(row->session_revoked);
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return find_caller(t, b.account, id); }));

    EXPECT_FALSE(db.run([&](pg::transaction& t) { return revoke_login_session(t, b.account, id); }));
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return revoke_login_session(t, a.account, id); }));
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return revoke_login_session(t, a.account, id); }));
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return find_caller(t, a.account, id); })->session_revoked);
    const auto revoked =
        db.run([&](pg::transaction& t) { return revoked_since(t, system_clock().now() - 1h); }).revoked;
    ASSERT_EQ(revoked.size(), 1U);
    EXPECT_EQ(revoked[0].id, id);
}

TEST_F(rest_rows, tenants_see_their_own_charge_points_and_drivers_those_granted_to_them) {
    const auto of = [](const domain::caller& who) {
        return std::to_string((*who.tenant)()) + "/BURA ";
    };
    EXPECT_EQ(listed(a), of(a));
    EXPECT_EQ(listed(b), of(b));
    EXPECT_EQ(listed(driver), "");
    EXPECT_FALSE(find(driver, "bura"));
    EXPECT_FALSE(find(a, std::to_string((*b.tenant)()) + "~bura"));

    price_at(a, "bura");
    EXPECT_EQ(listed(driver), of(a));
    EXPECT_TRUE(find(driver, "bura"));
    price_at(b, "bura");
    EXPECT_EQ(listed(driver), of(a) + of(b));
    EXPECT_FALSE(find(driver, "bura")) << "ambiguous";
    const auto long_form = find(driver, std::to_string((*b.tenant)()) + "~bura");
    ASSERT_TRUE(long_form);
    EXPECT_EQ(long_form->tenant, *b.tenant);
    EXPECT_TRUE(long_form->shared_id);
    EXPECT_FALSE(find(b, "bura")->shared_id);
    EXPECT_FALSE(find(b, std::to_string((*b.tenant)()) + "~bura")->shared_id);
}

TEST_F(rest_rows, a_strangers_price_takes_no_member_its_own_charge_point) {
    const domain::caller who{account("member", a.tenant, domain::role::user), a.tenant, domain::role::user};
    const auto place = [&](const std::string& id) {
        return db.run([&](pg::transaction& t) { return locate_charge_point(t, who, id); });
    };
    scratch.exec("insert into prices (charge_point_id, account_id, price_per_kwh, valid_from) select id, " +
                 std::to_string(who.account()) +
                 ", 1, now() from charge_points where tenant_id = " + std::to_string((*b.tenant)()));
    EXPECT_EQ(listed(who), listed(a) + listed(b));
    const auto own = std::to_string((*a.tenant)()) + "~bura",
               strange = std::to_string((*b.tenant)()) + "~bura";
    for (const auto& id : {std::string("bura"), own}) {
        ASSERT_TRUE(find(who, id) && place(id)) << id;
        EXPECT_EQ(find(who, id)->tenant, *a.tenant);
        EXPECT_FALSE(find(who, id)->shared_id);
        EXPECT_EQ(place(id)->tenant, *a.tenant) << "whom a command goes to";
    }
    EXPECT_EQ(place(strange)->tenant, *b.tenant);
    EXPECT_TRUE(find(who, strange)->shared_id);
    db.run([&](pg::transaction& t) { delete_charge_point(t, {*a.tenant, "bura"}); });
    EXPECT_EQ(place("bura")->tenant, *b.tenant) << "the only one of that id now";
}

TEST_F(rest_rows, spellings_are_read_for_many_keys_at_once) {
    const auto found = db.run([&](pg::transaction& t) {
        return read_identities(t, {{*a.tenant, "bura"}, {*a.tenant, "absent"}, {*b.tenant, "bura"}});
    });
    EXPECT_EQ(found, (std::map<charger_key, std::string>{{{*a.tenant, "bura"}, "BURA"},
                                                         {{*b.tenant, "bura"}, "BURA"}}));
}

TEST_F(rest_rows, a_deleted_charge_point_comes_back_by_post_with_its_row) {
    const auto before = find(a, "bura")->id;
    const charger_key key{*a.tenant, "bura"};
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return create_charge_point(t, key, "BURA", {}); }));
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return delete_charge_point(t, key); }));
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return delete_charge_point(t, key); }));
    EXPECT_FALSE(find(a, "bura"));
    EXPECT_FALSE(db.run([&](pg::transaction& t) { return change_charge_point(t, key, {}); }));
    create(a, "BURA");
    EXPECT_EQ(find(a, "bura")->id, before);
    // Everything was told to the gateways: two creations, a deletion, and the tenants.
    EXPECT_EQ(scratch.value("select count(*) from outbox where key like '%/charge_point/bura'"), "4");
    EXPECT_EQ(scratch.value("select count(*) from outbox where key like '%/charge_point/bura' and "
                            "convert_from(value, 'UTF8')::json->>'deleted' = 'true'"),
              "1");
    EXPECT_EQ(
        scratch.value("select count(*) from outbox where convert_from(value, 'UTF8') like '%aaaaaaaa%'"),
        "0");
}

TEST_F(rest_rows, prices_are_closed_and_opened_at_one_time_and_never_changed) {
    charge_point_change c;
    c.per_kwh = price{500'000};
    c.per_hour = price{250'000};
    const charger_key key{*a.tenant, "bura"};
    db.run([&](pg::transaction& t) { change_charge_point(t, key, c); });
    db.run([&](pg::transaction& t) { change_charge_point(t, key, c); }); // the same: no row
    charge_point_change one;
    one.per_kwh = price{600'000};
    db.run([&](pg::transaction& t) { change_charge_point(t, key, one); });
    EXPECT_EQ(find(a, "bura")->prices, (domain::tariff{price{600'000}, price{250'000}}));
    EXPECT_EQ(scratch.value("select count(*) from prices"), "2");
    EXPECT_EQ(scratch.value("select count(*) from prices o join prices n on n.valid_from = o.valid_to"), "1");
    charge_point_change none;
    none.per_kwh = std::optional<price>();
    none.per_hour = std::optional<price>();
    db.run([&](pg::transaction& t) { change_charge_point(t, key, none); });
    EXPECT_TRUE(find(a, "bura")->prices.empty());
    EXPECT_EQ(scratch.value("select count(*) from prices where valid_to is null"), "0");
}

TEST_F(rest_rows, a_user_price_keeps_its_id_when_it_is_replaced_also_by_many_at_once) {
    const auto cp = find(a, "bura")->id;
    const auto set = [&](std::int64_t units) {
        pg::database own(scratch.settings(pg::role::api));
        return own.run([&](pg::transaction& t) {
            return set_held_price(t, cp, driver.account, {price{units}, price{0}});
        });
    };
    EXPECT_TRUE(set(1));
    const auto first = db.run([&](pg::transaction& t) { return find_held_price(t, cp, driver.account); });
    std::vector<std::thread> many;
    for (int i = 2; i < 10; ++i)
        many.emplace_back([&, i] { EXPECT_FALSE(set(i)); });
    for (auto& thread : many)
        thread.join();
    const auto last = db.run([&](pg::transaction& t) { return list_held_prices(t, cp, held_by::accounts); });
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].id, first->id);
    EXPECT_EQ(scratch.value("select count(*) from prices where valid_to is null"), "1");
    const auto elsewhere = find(b, "bura")->id;
    EXPECT_FALSE(db.run(
        [&](pg::transaction& t) { return end_held_price(t, elsewhere, held_by::accounts, first->id); }));
    EXPECT_TRUE(
        db.run([&](pg::transaction& t) { return end_held_price(t, cp, held_by::accounts, first->id); }));
    EXPECT_FALSE(
        db.run([&](pg::transaction& t) { return end_held_price(t, cp, held_by::accounts, first->id); }));
}

TEST_F(rest_rows, sessions_are_seen_by_their_tenant_and_their_owner) {
    const auto of_driver = session(a, driver.account);
    const auto of_nobody = session(a, std::nullopt, "");
    session(b, std::nullopt);
    const auto admin = list(a);
    ASSERT_EQ(admin.count, 2);
    EXPECT_EQ(admin.rows[0].id(), of_nobody);
    EXPECT_EQ(admin.rows[0].user, "");
    EXPECT_EQ(admin.rows[1].user, "driver");
    EXPECT_EQ(list(b).rows[0].user, "TAG");
    const auto own = list(driver);
    ASSERT_EQ(own.count, 1);
    EXPECT_EQ(own.rows[0].id(), of_driver);
    const auto one = [&](const domain::caller& who, std::int64_t id) {
        return db.run([&](pg::transaction& t) { return find_session(t, who, session_id(id)); }).has_value();
    };
    EXPECT_TRUE(one(a, of_driver));
    EXPECT_FALSE(one(b, of_driver));
    EXPECT_TRUE(one(driver, of_driver));
    EXPECT_FALSE(one(driver, of_nobody));
    // Whoever became another tenant's member keeps its own; its super_admin acts for that tenant alone.
    const domain::caller moved{driver.account, b.tenant, domain::role::user};
    EXPECT_EQ(list(moved).count, 1);
    const domain::caller risen{driver.account, b.tenant, domain::role::super_admin};
    EXPECT_EQ(list(risen).count, 1) << "the one at its own tenant";
    EXPECT_FALSE(one(risen, of_driver));
}

TEST_F(rest_rows, a_page_past_the_end_still_tells_the_count) {
    for (int i = 0; i < 3; ++i)
        session(a, std::nullopt);
    const auto beyond = list(a, {}, 30, 100);
    EXPECT_EQ(beyond.count, 3);
    EXPECT_TRUE(beyond.rows.empty());
    EXPECT_EQ(list(a, {}, 2, 1).rows.size(), 2U);
    session_filter f;
    f.charge_point = "bura";
    EXPECT_EQ(list(a, f).count, 3);
    f.charge_point = "' or 1=1 --";
    EXPECT_EQ(list(a, f).count, 0);
    session_filter review;
    review.statuses = {session_status::review};
    EXPECT_EQ(list(a, review).count, 0);
}

TEST_F(rest_rows, commands_are_seen_by_their_tenant_and_who_gave_them) {
    new_command c;
    c.id = command_id("11111111-2222-4333-8444-555555555555");
    c.tenant = *a.tenant;
    c.charge_point = find(a, "bura")->id;
    c.account = driver.account;
    c.action = "RemoteStartTransaction";
    c.params = R"({"idTag":"T"})";
    c.created_at = system_clock().now();
    c.deadline = c.created_at + 60s;
    events::vouch_entry vouch;
    vouch.key = {*a.tenant, "bura"};
    vouch.id_tag_folded = "t";
    vouch.command = c.id();
    c.vouch = vouch;
    db.run([&](pg::transaction& t) { insert_command(t, c); });
    EXPECT_EQ(scratch.value("select count(*) from outbox where key like '%/vouch/bura/t'"), "1");
    const auto seen = [&](const domain::caller& who) {
        return db.run([&](pg::transaction& t) { return list_commands(t, who, {.counted = true}); }).count;
    };
    EXPECT_EQ(seen(a), 1);
    EXPECT_EQ(seen(driver), 1);
    EXPECT_EQ(seen(b), 0);
    const auto one = [&](const std::string& id) {
        return db.run([&](pg::transaction& t) { return find_command(t, a, id); }).has_value();
    };
    EXPECT_TRUE(one(c.id()));
    for (const auto* wrong :
         {"", "x", "11111111-2222-4333-8444-55555555555", "11111111-2222-4333-8444-55555555555g"})
        EXPECT_FALSE(one(wrong)) << wrong;
}

TEST_F(rest_rows, revenue_is_summed_by_month_for_who_may_see_it) {
    const auto put = [&](const domain::caller& tenant, const char* month, std::int64_t account,
                         const char* total) {
        for (const auto& [scope, subject] : {std::pair<int, std::int64_t>{1, 0}, {2, account}})
            scratch.exec(
                "insert into session_months (tenant_id, scope, subject, month, shard, total) values (" +
                std::to_string((*tenant.tenant)()) + ", " + std::to_string(scope) + ", " +
                std::to_string(subject) + ", '" + month + "', 0, " + total +
                ") on conflict (tenant_id, scope, subject, month, shard) do update set total = "
                "session_months.total + excluded.total");
    };
    put(a, "2025-08-01", 0, "10.125");
    put(a, "2025-09-01", driver.account(), "5");
    put(a, "2025-09-01", 0, "1.5");
    put(a, "2024-01-01", 0, "100");
    put(b, "2025-09-01", 0, "7000");
    const auto sums = [&](const domain::caller& who) {
        using namespace std::chrono;
        const auto day = [](int m) {
            return sys_days(year(2025) / m / 1);
        };
        return db.run([&](pg::transaction& t) { return sum_revenue(t, who, day(8), day(9)); });
    };
    EXPECT_EQ(sums(a).lifetime, money{116'625});
    EXPECT_EQ(sums(a).this_month, money{6'500});
    EXPECT_EQ(sums(a).last_month, money{10'125});
    EXPECT_EQ(sums(driver).lifetime, money{5'000});
    EXPECT_EQ(sums(driver).last_month, money{0});
}

} // namespace
} // namespace voltlane::store
