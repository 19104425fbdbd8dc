#include "shared/store/registrations.hpp"

#include "shared/base/unicode.hpp"
#include "shared/store/approvals.hpp"
#include "shared/store/reset_requests.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <array>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using testing::test_database;

class registrations : public ::testing::Test {
protected:
    registrations() : db(scratch.settings(pg::role::api)) {}

    static new_account named(const std::string& username, const std::string& email) {
        new_account n;
        n.username = username;
        n.email = email;
        n.password_hash = "x";
        return n;
    }
    account_id insert(const new_account& n) {
        return db.run([&](pg::transaction& t) { return insert_account(t, n); });
    }
    taken_names taken(const std::string& username, const std::string& email) {
        return db.run([&](pg::transaction& t) { return find_taken(t, username, email); });
    }
    account find(account_id id) {
        return db.run([&](pg::transaction& t) { return find_account(t, id); }).value();
    }
    account_id customer(const std::string& name) {
        auto n = named(name, name + "@example.com");
        n.user_type = "CUSTOMER";
        n.role = domain::role::super_admin;
        return insert(n);
    }
    account_id child(const std::string& name, account_id parent) {
        auto n = named(name, name + "@example.com");
        n.user_type = "CUSTOMER_USER";
        n.parent = parent;
        n.email_verified = n.is_approved = false;
        return insert(n);
    }
    tenant_id tenant_of(account_id owner) {
        return db.run([&](pg::transaction& t) {
            const auto made = insert_tenant(t, "t", std::string(32, 'a'), "hash");
            set_tenant(t, owner, made);
            return made;
        });
    }
    std::optional<tenant_id> join(account_id id) {
        return db.run([&](pg::transaction& t) { return join_parents_tenant(t, id); });
    }

    test_database scratch;
    pg::database db;
};

TEST_F(registrations, names_are_one_whatever_their_case_and_spelling) {
    insert(named("Ännä", "anna@Example.com"));
    for (const auto* same :
         {"Ännä", "ännä", "ÄNNÄ", "A\u0308nna\u0308", "\uFF21\u0308nn\u00E4", "ANNA@EXAMPLE.COM"})
        EXPECT_TRUE(taken(same, "free@example.com").username) << same;
    for (const auto* same : {"anna@example.com", "ANNA@example.COM", "ännÄ"})
        EXPECT_TRUE(taken("free", same).email) << same;
    EXPECT_FALSE(taken("Anna", "anna2@example.com").any());
    for (const auto* twin : {"ÄNNÄ", "A\u0308nna\u0308"})
        EXPECT_THROW(insert(named(twin, std::string(twin) + "@example.com")), pg::failure) << twin;
    EXPECT_THROW(insert(named("other", "ANNA@example.com")), pg::failure);
}

TEST_F(registrations, logs_in_by_any_spelling) {
    const auto id = insert(named("Ännä", "anna@example.com"));
    for (const auto* login : {"ännä", "A\u0308NNA\u0308", "Anna@Example.Com"}) {
        const auto found = db.run([&](pg::transaction& t) { return find_account_by_login(t, login); });
        ASSERT_TRUE(found.found) << login;
        EXPECT_EQ(found.found->id, id);
    }
}

// What attempts are counted by: one count for all spellings, and nothing that tells known names from others.
TEST_F(registrations, a_login_name_is_folded_known_or_not) {
    insert(named("kim12", "kim@example.com"));
    for (const auto* login : {"kim12", "KIM12", "\uFF4B\uFF49\uFF4D\uFF11\uFF12", "\u212Aim\u2460\u2461"}) {
        const auto looked = db.run([&](pg::transaction& t) { return find_account_by_login(t, login); });
        EXPECT_EQ(looked.folded, "kim12") << login;
        EXPECT_TRUE(looked.found) << login;
    }
    for (const auto* login : {"NOBODY", "\uFF4E\uFF4F\uFF42\uFF4F\uFF44\uFF59"}) {
        const auto looked = db.run([&](pg::transaction& t) { return find_account_by_login(t, login); });
        EXPECT_EQ(looked.folded, "nobody") << login;
        EXPECT_FALSE(looked.found) << login;
    }
}

// The API counts names before it asks the database: every spelling of an ASCII name must come out the same.
TEST_F(registrations, names_are_folded_alike_here_and_there) {
    const auto rows = db.run([](pg::transaction& t) {
        return t.exec_composed("select chr(n), fold_name(chr(n)) from generate_series(1, 1114111) n "
                               "where (n < 55296 or n > 57343) and fold_name(chr(n)) ~ '^[\\x01-\\x7f]+$'");
    });
    EXPECT_GT(rows.size(), 1'400U);
    for (const auto& r : rows) {
        const auto character = pg::get<std::string>(r[0]);
        EXPECT_EQ(fold_name(character), pg::get<std::string>(r[1])) << character;
    }
}

// Whoever comes second waits for the first to commit and then sees the name taken: no conflict, and no user
// name that is somebody else's e-mail, which no unique index would notice.
TEST_F(registrations, of_two_at_once_one_gets_the_name) {
    const std::pair<new_account, new_account> pairs[] = {
        {named("anna", "a1@example.com"), named("ANNA", "a2@example.com")},
        {named("bert1", "bert@example.com"), named("bert2", "BERT@example.com")},
        {named("carl@example.com", "c1@example.com"), named("carl", "Carl@example.com")},
        {named("dora@example.com", "emil@example.com"), named("EMIL@example.com", "DORA@example.com")},
    };
    for (const auto& [one, two] : pairs) {
        const auto attempt = [this](const new_account& n) {
            pg::database own(scratch.settings(pg::role::api));
            return own.run([&](pg::transaction& t) {
                if (claim_names(t, n.username, n.email).any()) return false;
                std::this_thread::yield();
                insert_account(t, n);
                return true;
            });
        };
        auto first = std::async(std::launch::async, attempt, one);
        auto second = std::async(std::launch::async, attempt, two);
        EXPECT_EQ(first.get() + second.get(), 1) << one.username;
    }
    EXPECT_EQ(scratch.value("select count(*) from accounts"), std::to_string(std::size(pairs)));
}

// As the server inlines the function into queries and indexes alike.
TEST_F(registrations, looks_names_up_by_index) {
    const auto plan = db.run([&](pg::transaction& t) {
        t.exec_composed("set local enable_seqscan = off");
        std::string text;
        for (const auto& line : t.exec_composed(
                 "explain select fold_name($1), a.* from (select) one left join (select id from "
                 "accounts where fold_name(username) = fold_name($1) or fold_name(email) = "
                 "fold_name($1) order by fold_name(username) = fold_name($1) desc limit 1) a on true",
                 {"Anna"}))
            text += pg::get<std::string>(line[0]);
        return text;
    });
    EXPECT_NE(plan.find("accounts_folded_username"), std::string::npos) << plan;
    EXPECT_NE(plan.find("accounts_folded_email"), std::string::npos) << plan;
}

TEST_F(registrations, a_claim_ends_with_its_transaction) {
    EXPECT_THROW(db.run([&](pg::transaction& t) {
        claim_names(t, "anna", "anna@example.com");
        insert_account(t, named("anna", "anna@example.com"));
        throw std::runtime_error("cut off");
    }),
                 std::runtime_error);
    const auto free =
        db.run([&](pg::transaction& t) { return !claim_names(t, "anna", "anna@example.com").any(); });
    EXPECT_TRUE(free);
}

TEST_F(registrations, parents_are_active_customers) {
    const auto parent = customer("anna");
    const auto is = [this](account_id id) {
        return db.run([&](pg::transaction& t) { return is_customer(t, id); });
    };
    EXPECT_TRUE(is(parent));
    EXPECT_FALSE(is(child("carla", parent)));
    EXPECT_FALSE(is(insert(named("nobody", "nobody@example.com"))));
    EXPECT_FALSE(is(account_id(999'999)));
    scratch.exec("update accounts set is_active = false where username = 'anna'");
    EXPECT_FALSE(is(parent));
}

TEST_F(registrations, membership_needs_both_and_comes_once) {
    const auto parent = customer("anna");
    const auto tenant = tenant_of(parent);
    const auto id = child("carla", parent);
    EXPECT_FALSE(join(id));
    db.run([&](pg::transaction& t) { approve(t, id); });
    EXPECT_FALSE(join(id));
    db.run([&](pg::transaction& t) { set_email_verified(t, id); });
    EXPECT_EQ(join(id), tenant);
    EXPECT_EQ(find(id).tenant, tenant);
    EXPECT_FALSE(join(id)); // a member already

    const auto other = child("dora", parent);
    db.run([&](pg::transaction& t) { set_email_verified(t, other); });
    EXPECT_FALSE(join(other));
    db.run([&](pg::transaction& t) { approve(t, other); });
    EXPECT_EQ(join(other), tenant);
}

TEST_F(registrations, membership_waits_for_the_parents_tenant) {
    const auto parent = customer("anna");
    const auto id = child("carla", parent);
    db.run([&](pg::transaction& t) {
        approve(t, id);
        set_email_verified(t, id);
    });
    EXPECT_FALSE(join(id));
    const auto tenant = tenant_of(parent);
    EXPECT_EQ(join(id), tenant);
}

TEST_F(registrations, the_queue_of_a_parent) {
    const auto anna = customer("anna"), bert = customer("bert");
    const auto first = child("carla", anna), second = child("dora", anna);
    child("emil", bert);
    const auto names = [this](account_id parent, approval state, std::int64_t most = 10) {
        std::string all;
        for (const auto& a :
             db.run([&](pg::transaction& t) { return list_applicants(t, parent, state, most); }))
            all += a.username + " ";
        return all;
    };
    EXPECT_EQ(names(anna, approval::pending), "carla dora ");
    EXPECT_EQ(names(anna, approval::pending, 1), "carla ");
    EXPECT_EQ(names(bert, approval::pending), "emil ");
    db.run([&](pg::transaction& t) {
        refuse(t, first, "who?");
        approve(t, second);
    });
    EXPECT_EQ(names(anna, approval::pending), "");
    EXPECT_EQ(names(anna, approval::refused), "carla ");
    EXPECT_EQ(names(anna, approval::approved), "dora ");
    EXPECT_EQ(find(first).refusal_reason, "who?");
    EXPECT_TRUE(find(first).refused_at);
    EXPECT_TRUE(find(second).approved_at);

    // Later the parent thinks better of it.
    db.run([&](pg::transaction& t) { approve(t, first); });
    const auto a = find(first);
    EXPECT_TRUE(a.is_approved && a.approved_at && !a.refused_at && a.refusal_reason.empty());
    EXPECT_EQ(names(anna, approval::approved), "carla dora ");

    const auto lock = [this](account_id parent, account_id id) {
        return db.run([&](pg::transaction& t) { return lock_applicant(t, parent, id).has_value(); });
    };
    EXPECT_TRUE(lock(anna, first));
    EXPECT_FALSE(lock(bert, first));
    EXPECT_FALSE(lock(anna, bert));
    EXPECT_FALSE(lock(anna, anna));
}

// The same statements, rows and records whoever is asked about.
TEST_F(registrations, a_reset_asks_nobody_who_is_who) {
    insert(named("anna", "anna@example.com"));
    const auto work = [this](const std::string& email) {
        std::array<std::string, 3> done;
        scratch.exec("truncate outbox, reset_requests");
        pg::connection c(scratch.settings(pg::role::api));
        const auto before = c.statements();
        c.run(pg::access::read_write, [&](pg::transaction& t) { request_password_reset(t, email); });
        done[0] = std::to_string(c.statements() - before);
        done[1] = scratch.value("select count(*) || ' ' || min(email) from reset_requests");
        done[2] = scratch.value(
            "select count(*) || ' ' || min(key) || ' ' || min(length(value::text)) from outbox");
        return done;
    };
    const auto known = work("anna@example.com"), unknown = work("nobody@example.com");
    EXPECT_EQ(known[0], unknown[0]);
    EXPECT_EQ(known[1], "1 anna@example.com");
    EXPECT_EQ(unknown[1], "1 nobody@example.com");
    EXPECT_EQ(known[2], unknown[2]);
    EXPECT_EQ(known[2].substr(0, 6), "1 0/0 ");
    EXPECT_EQ(scratch.value("select value::text like '%anna%' from outbox").substr(0, 1), "f");
}

} // namespace
} // namespace voltlane::store
