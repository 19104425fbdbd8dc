#include "api/user_types/keeping.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/price_book.hpp"
#include "shared/store/tenants.hpp"
#include "shared/store/user_types.hpp"
#include "support/run_coro.hpp"
#include "support/test_database.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using testing::test_database;

const std::string two_types = "shared_fields: [{name: major, kind: string}]\n"
                              "types:\n"
                              "  - {name: student, fields: [{name: gpa, kind: decimal, decimals: 2}]}\n"
                              "  - {name: staff, flag: is_staff_member}\n";

class applied_types : public ::testing::Test {
protected:
    applied_types() : db(scratch.settings(pg::role::api)) {}

    applied_file apply(const std::string& yaml) {
        const auto file = parse_types_file(yaml);
        EXPECT_TRUE(file.faults.empty()) << file.faults[0];
        return db.run([&](pg::transaction& t) { return apply_types_file(t, file); });
    }
    // "student:file staff:api | major:file": what is declared beside the built-in types.
    std::string declared() {
        const auto d = db.run([](pg::transaction& t) { return load_declarations(t); });
        std::string all;
        for (const auto& t : d.types)
            if (!t.built_in()) all += t.name + ":" + std::string(to_string(t.source)) + " ";
        all += "|";
        for (const auto& s : d.shared)
            all += " " + s.field.name + ":" + std::string(to_string(s.source));
        return all;
    }
    void declare_by_api(const std::string& name, const std::string& flag) {
        db.run([&](pg::transaction& t) {
            store::lock_user_types(t);
            store::put_user_type(t, {name, flag, "[]", "api", true});
            store::raise_user_type_revision(t);
        });
    }
    account_id account(const std::string& name, std::optional<std::string> type) {
        store::new_account a;
        a.username = name;
        a.email = name + "@example.com";
        a.password_hash = "x";
        a.user_type = std::move(type);
        return db.run([&](pg::transaction& t) { return store::insert_account(t, a); });
    }
    std::int64_t revision() {
        return db.run([](pg::transaction& t) { return store::user_type_revision(t); });
    }

    test_database scratch;
    pg::database db;
};

TEST_F(applied_types, a_file_is_applied_once) {
    const auto first = apply(two_types);
    EXPECT_EQ(declared(), "staff:file student:file | major:file");
    EXPECT_EQ(first.now.revision, 1);
    EXPECT_EQ(first.notes.size(), 2U);
    // A second pod, or the next start: nothing changes and nobody reads anything again.
    EXPECT_TRUE(apply(two_types).notes.empty());
    EXPECT_EQ(revision(), 1);
}

TEST_F(applied_types, what_left_the_file_goes_unless_accounts_have_it) {
    apply(two_types);
    account("ada", "staff");
    const auto less = apply("types: []\n");
    EXPECT_EQ(declared(), "staff:file |");
    EXPECT_EQ(less.notes,
              (std::vector<std::string>{
                  "the user type staff is in the file no more, and stays because accounts have it",
                  "the user type student is in the file no more, and goes"}));
    scratch.exec("update accounts set user_type = null");
    apply("types: []\n");
    EXPECT_EQ(declared(), "|");
}

TEST_F(applied_types, what_the_api_said_last_stays) {
    apply(two_types);
    declare_by_api("staff", "works_here");
    declare_by_api("guest", "is_guest");
    const auto again = apply(two_types);
    EXPECT_EQ(declared(), "guest:api staff:api student:file | major:file");
    EXPECT_EQ(again.notes, std::vector<std::string>{
                               "the user type staff was changed by the API, and stays as it is there"});
    EXPECT_EQ(again.now.find("staff")->flag, "works_here");
}

TEST_F(applied_types, a_file_that_does_not_go_with_the_rest_changes_nothing) {
    apply(two_types);
    declare_by_api("guest", "is_guest");
    const auto before = revision();
    const auto wrong = apply("types:\n  - {name: other}\n  - {name: visitor, flag: is_guest}\n");
    EXPECT_EQ(wrong.faults, std::vector<std::string>{
                                "the user type visitor: types[1].flag: \"is_guest\" is the flag of type "
                                "guest already."});
    EXPECT_TRUE(wrong.notes.empty()) << "nothing happened";
    EXPECT_EQ(declared(), "guest:api staff:file student:file | major:file");
    EXPECT_EQ(revision(), before);
}

TEST_F(applied_types, a_pod_serves_what_is_stored_where_the_file_does_not_go_with_it) {
    declare_by_api("guest", "is_guest");
    metrics::registry registry;
    pg::metrics numbers(registry);
    pg::pool pool(scratch.settings(pg::role::api), 1, 10, numbers);
    user_type_catalog catalog;
    const auto start = [&] {
        return start_user_types(pool, catalog, parse_types_file("types: [{name: visitor, flag: is_guest}]"));
    };
    boost::asio::io_context context;
    testing::run_coro(context, start);
    EXPECT_TRUE(catalog.loaded());
    EXPECT_NE(catalog.snapshot()->find("guest"), nullptr);
    EXPECT_EQ(catalog.snapshot()->find("visitor"), nullptr);
    EXPECT_EQ(declared(), "guest:api |");
}

TEST_F(applied_types, who_may_register_with_a_type_is_kept) {
    const auto open = [&](const std::string& name) {
        // As a look at a registration does, in a transaction that writes nothing.
        return db.read([&](pg::transaction& t) { return store::is_open_user_type(t, name); });
    };
    apply("types: [{name: vip, self_registration: false}, {name: guest}]\n");
    EXPECT_FALSE(open("vip"));
    EXPECT_TRUE(open("guest"));
    EXPECT_FALSE(open("nobody"));
    const auto now = db.run([](pg::transaction& t) { return load_declarations(t); });
    EXPECT_FALSE(now.find("vip")->self_registration);
    EXPECT_TRUE(now.find("guest")->self_registration);
    EXPECT_EQ(apply("types: [{name: vip}, {name: guest}]\n").notes,
              std::vector<std::string>{"the user type vip has changed"});
    EXPECT_TRUE(open("vip"));
}

TEST_F(applied_types, flags_and_names_may_move_within_a_file) {
    apply(two_types);
    const auto moved = apply("shared_fields: [{name: gpa, kind: string}, {name: major, kind: text}]\n"
                             "types:\n"
                             "  - {name: student, flag: is_staff_member, fields: []}\n"
                             "  - {name: staff, flag: is_student}\n");
    EXPECT_TRUE(moved.faults.empty()) << moved.faults[0];
    EXPECT_EQ(moved.now.find("staff")->flag, "is_student");
    EXPECT_EQ(moved.now.shared[0].field.name, "gpa");
    EXPECT_EQ(moved.now.shared[1].field.kind, field_kind::text);
}

TEST_F(applied_types, many_pods_at_once_apply_it_once) {
    std::vector<std::thread> pods;
    std::atomic<int> news = 0;
    for (int i = 0; i < 6; ++i)
        pods.emplace_back([&] {
            pg::database own(scratch.settings(pg::role::api));
            const auto file = parse_types_file(two_types);
            const auto done = own.run([&](pg::transaction& t) { return apply_types_file(t, file); });
            news += done.notes.empty() ? 0 : 1;
        });
    for (auto& pod : pods)
        pod.join();
    EXPECT_EQ(news, 1);
    EXPECT_EQ(revision(), 1);
}

TEST_F(applied_types, a_pod_that_dies_in_the_middle_leaves_nothing) {
    const auto file = parse_types_file(two_types);
    EXPECT_ANY_THROW(db.run([&](pg::transaction& t) {
        apply_types_file(t, file);
        test_database::exec_on_server(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + scratch.name() +
            "'");
        t.exec_composed("select 1");
    }));
    EXPECT_EQ(declared(), "|");
    EXPECT_EQ(revision(), 0);
    EXPECT_TRUE(apply(two_types).faults.empty());
    EXPECT_EQ(revision(), 1);
}

TEST_F(applied_types, a_profile_change_merges_and_unsets) {
    const auto id = account("ada", "student");
    const auto change = [&](const std::string& patch) {
        store::profile_change c;
        c.type_profile = patch;
        return db.run([&](pg::transaction& t) { return store::update_profile(t, id, c); })->type_profile;
    };
    EXPECT_EQ(change(R"({"gpa":"3.75","major":"Physics"})"), R"({"gpa": "3.75", "major": "Physics"})");
    EXPECT_EQ(change(R"({"major":null,"minor":"Art"})"), R"({"gpa": "3.75", "minor": "Art"})");
    EXPECT_EQ(change("{}"), R"({"gpa": "3.75", "minor": "Art"})");
    EXPECT_EQ(db.run([&](pg::transaction& t) { return store::update_profile(t, id, {}); })->type_profile,
              R"({"gpa": "3.75", "minor": "Art"})");
}

TEST_F(applied_types, a_type_that_is_being_given_is_not_deleted) {
    apply(two_types);
    std::atomic<bool> in_use = false;
    std::thread remover;
    db.run([&](pg::transaction& t) {
        EXPECT_TRUE(store::hold_user_type(t, "student"));
        EXPECT_FALSE(store::hold_user_type(t, "nobody"));
        remover = std::thread([&] {
            pg::database own(scratch.settings(pg::role::api));
            in_use = own.run([](pg::transaction& other) {
                const bool used = store::user_type_in_use(other, "student");
                if (!used) store::delete_user_type(other, "student");
                return used;
            });
        });
        store::new_account a;
        a.username = "ada";
        a.email = "ada@example.com";
        a.password_hash = "x";
        a.user_type = "student";
        store::insert_account(t, a);
    });
    remover.join();
    EXPECT_TRUE(in_use);
    EXPECT_EQ(declared(), "staff:file student:file | major:file");
}

TEST_F(applied_types, a_file_ends_no_price_and_a_type_goes_with_its_own) {
    apply(two_types);
    const auto tenant = db.run(
        [](pg::transaction& t) { return store::insert_tenant(t, "anna", std::string(32, 'a'), "hash"); });
    const domain::caller who{account("anna", std::nullopt), tenant, domain::role::super_admin};
    const auto point = db.run([&](pg::transaction& t) {
        store::create_charge_point(t, {tenant, "cp"}, "CP", {});
        return store::find_charge_point(t, who, "cp")->id;
    });
    const store::price_holder student = std::string("student"), staff = std::string("staff");
    const auto set = [&](const store::price_holder& h, std::int64_t units) {
        return db.run([&](pg::transaction& t) {
            return store::set_held_price(t, point, h, {price{units}, std::nullopt});
        });
    };
    const auto listed = [&](store::held_by kind) {
        std::string all;
        for (const auto& p :
             db.run([&](pg::transaction& t) { return store::list_held_prices(t, point, kind); }))
            all += std::to_string(p.prices.per_kwh->units) + " ";
        return all;
    };
    EXPECT_TRUE(set(student, 1));
    EXPECT_TRUE(set(staff, 2));
    EXPECT_TRUE(set(who.account, 3));
    const auto first = db.run([&](pg::transaction& t) { return store::find_held_price(t, point, student); });
    EXPECT_FALSE(set(student, 4));
    EXPECT_EQ(db.run([&](pg::transaction& t) { return store::find_held_price(t, point, student); })->id,
              first->id);
    EXPECT_EQ(listed(store::held_by::user_types), "4 2 ");
    EXPECT_EQ(listed(store::held_by::accounts), "3 ");
    // An id of the other kind ends nothing.
    EXPECT_FALSE(db.run([&](pg::transaction& t) {
        return store::end_held_price(t, point, store::held_by::accounts, first->id);
    }));
    const auto kept = apply("types: [{name: staff, flag: is_staff_member}]\n");
    EXPECT_EQ(listed(store::held_by::user_types), "4 2 ");
    EXPECT_EQ(kept.notes, std::vector<std::string>{"the user type student is in the file no more, and stays "
                                                   "because a price for it is in force"});
    db.run([](pg::transaction& t) { store::delete_user_type(t, "student"); }); // somebody says so
    EXPECT_EQ(listed(store::held_by::user_types), "2 ");
    const auto again = apply("types: []\n");
    EXPECT_EQ(again.notes.size(), 1U);
    EXPECT_EQ(declared(), "staff:file |");
    EXPECT_EQ(scratch.value("select count(*) from prices"), "4"); // history stays
}

TEST_F(applied_types, the_first_founder_changes_types_until_there_is_an_operator) {
    const auto anna = account("anna", std::nullopt), olga = account("olga", std::nullopt);
    const auto late = account("late", std::nullopt);
    const auto may = [&](account_id id) {
        return db.run([id](pg::transaction& t) { return store::may_change_user_types(t, id); });
    };
    EXPECT_FALSE(may(anna)) << "a deployment without tenants has no administrator";
    db.run([&](pg::transaction& t) {
        const auto first = store::insert_tenant(t, "anna", std::string(32, 'a'), "hash");
        const auto second = store::insert_tenant(t, "late", std::string(32, 'b'), "hash2");
        store::set_founder(t, second, late);
        store::set_founder(t, first, anna);
    });
    EXPECT_TRUE(may(anna));
    EXPECT_FALSE(may(late)) << "anybody can found a tenant";
    EXPECT_FALSE(may(olga));
    scratch.exec("update accounts set is_operator = true where username = 'olga'");
    EXPECT_FALSE(may(anna));
    EXPECT_TRUE(may(olga));
    EXPECT_FALSE(may(account_id(999)));
}

} // namespace
} // namespace voltlane::api
