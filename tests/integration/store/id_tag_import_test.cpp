#include "shared/store/id_tag_import.hpp"

#include "shared/store/accounts.hpp"
#include "shared/store/tenant_bounds.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using testing::test_database;
using outcomes = std::vector<line_outcome>;
using enum line_outcome;

class id_tag_import : public ::testing::Test {
protected:
    id_tag_import() : db(scratch.settings(pg::role::api)) {
        tenant =
            db.run([](pg::transaction& t) { return insert_tenant(t, "a", std::string(32, 'a'), "hash"); });
        scratch.exec(
            "insert into accounts (username, email, role, password_hash) values ('d', 'D@e.f', 'user', '')");
        scratch.exec("delete from outbox");
    }
    static id_tag_line line(const std::string& tag) {
        id_tag_line l;
        l.id_tag = l.folded = tag;
        return l;
    }
    outcomes run(const std::vector<id_tag_line>& lines, bool dry_run = false) {
        return db.run([&](pg::transaction& t) { return import_id_tags(t, tenant, lines, dry_run); });
    }
    std::string value(const std::string& sql) const { return scratch.value(sql); }

    test_database scratch;
    pg::database db;
    tenant_id tenant;
};

TEST_F(id_tag_import, creates_changes_and_leaves_alone) {
    EXPECT_EQ(run({}), outcomes{});
    auto a = line("a"), b = line("b"), c = line("c");
    a.email = std::optional<std::string>("d@E.F");
    b.status = "Blocked";
    c.email = std::optional<std::string>("nobody@e.f");
    EXPECT_EQ(run({a, b, c}, true), (outcomes{created, created, unknown_email}));
    EXPECT_EQ(value("select count(*) from id_tags"), "0") << "only looked";
    EXPECT_EQ(run({a, b, c}), (outcomes{created, created, unknown_email}));
    EXPECT_EQ(
        value(
            "select string_agg(concat_ws(' ', id_tag, status, account_id is not null), ', ' order by id_tag) "
            "from id_tags"),
        "a Accepted t, b Blocked f");
    EXPECT_EQ(value("select count(*) from outbox"), "2");

    EXPECT_EQ(run({a, b, c}), (outcomes{unchanged, unchanged, unknown_email})) << "again";
    EXPECT_EQ(value("select count(*) from outbox"), "2");

    // What a line does not say stays; what it empties goes.
    b.status.reset();
    b.parent = std::optional<std::string>("group");
    EXPECT_EQ(run({b}), outcomes{updated});
    a.email = std::optional<std::optional<std::string>>(std::in_place, std::nullopt);
    EXPECT_EQ(run({a}), outcomes{updated});
    EXPECT_EQ(value("select string_agg(concat_ws(' ', id_tag, status, account_id, parent_id_tag), ', ' order "
                    "by id_tag) "
                    "from id_tags"),
              "a Accepted, b Blocked group");
    EXPECT_EQ(value("select count(*) from outbox"), "4");
}

TEST_F(id_tag_import, asks_before_it_tells_whether_a_stranger_has_an_account) {
    scratch.exec("insert into accounts (tenant_id, username, email, role, password_hash) values (" +
                 std::to_string(tenant()) + ", 'm', 'm@e.f', 'user', '')");
    auto a = line("a"), b = line("b"), c = line("c"), d = line("d");
    a.email = std::optional<std::string>("d@e.f");
    b.email = std::optional<std::string>("nobody@e.f");
    c.email = std::optional<std::string>("m@e.f");
    const std::vector<id_tag_line> lines{a, b, c, d};
    std::vector<std::string> asked;
    bool allowed = false;
    const auto import = [&] {
        asked.clear();
        return db.run([&](pg::transaction& t) {
            return import_id_tags(t, tenant, lines, false, [&](const std::string& email) {
                asked.push_back(email);
                return allowed;
            });
        });
    };
    EXPECT_EQ(import(), (outcomes{not_looked_up, not_looked_up, created, created})) << "both alike";
    EXPECT_EQ(asked, (std::vector<std::string>{"d@e.f", "nobody@e.f"}));
    allowed = true;
    EXPECT_EQ(import(), (outcomes{created, unknown_email, unchanged, unchanged}));
    EXPECT_EQ(import(), (outcomes{unchanged, unknown_email, unchanged, unchanged}));
    EXPECT_EQ(asked, (std::vector<std::string>{"nobody@e.f"})) << "who holds the tag is shown anyway";
}

TEST_F(id_tag_import, stays_in_its_tenant) {
    const auto other =
        db.run([](pg::transaction& t) { return insert_tenant(t, "b", std::string(32, 'b'), "hash2"); });
    scratch.exec("insert into accounts (tenant_id, username, email, role, password_hash) values (" +
                 std::to_string(other()) + ", 'o', 'o@e.f', 'user', '')");
    auto a = line("a");
    EXPECT_EQ(run({a}), outcomes{created});
    EXPECT_EQ(db.run([&](pg::transaction& t) { return import_id_tags(t, other, {&a, 1}, false); }),
              outcomes{created});
    a.email = std::optional<std::string>("o@e.f");
    EXPECT_EQ(run({a}), outcomes{unknown_email}) << "another tenant's account is not revealed";
    EXPECT_EQ(value("select count(*) from id_tags"), "2");
}

// Somebody who registered with a stranger's e-mail is not given what that stranger is given.
TEST_F(id_tag_import, names_only_accounts_that_are_whose_e_mail_they_say) {
    const auto insert = [&](const std::string& name, const std::string& verified, const std::string& active,
                            const std::string& of) {
        scratch.exec("insert into accounts (username, email, role, password_hash, email_verified, is_active, "
                     "tenant_id) "
                     "values ('" +
                     name + "', '" + name + "@e.f', 'user', '', " + verified + ", " + active + ", " + of +
                     ")");
    };
    const auto own = std::to_string(tenant());
    insert("stranger", "true", "true", "null");
    insert("member", "true", "true", own);
    insert("squatter", "false", "true", "null");
    insert("unproven", "false", "true", own);
    insert("gone", "true", "false", "null");
    insert("barred", "true", "false", own);
    for (const std::string name : {"stranger", "member", "squatter", "unproven", "gone", "barred"}) {
        const bool known = name == "stranger" || name == "member";
        const auto email = name + "@E.f";
        auto l = line(name);
        l.email = std::optional(email);
        EXPECT_EQ(run({l}), outcomes{known ? created : unknown_email}) << name;
        EXPECT_EQ(
            db.run([&](pg::transaction& t) { return find_account_by_email(t, email, tenant); }).has_value(),
            known)
            << name;
    }
}

TEST_F(id_tag_import, nothing_is_left_of_one_that_failed) {
    auto good = line("good"), bad = line("bad");
    bad.id_tag = std::string(37, 'x'); // the table's own bound
    EXPECT_THROW(run({good, bad}), pg::failure);
    EXPECT_EQ(value("select count(*) from id_tags"), "0");
    EXPECT_EQ(value("select count(*) from outbox"), "0");
}

TEST_F(id_tag_import, stops_at_the_tenants_bound) {
    scratch.exec("insert into id_tags (tenant_id, id_tag, id_tag_folded) select " + std::to_string(tenant()) +
                 ", 't' || n, 't' || n from generate_series(1, " + std::to_string(most_id_tags - 1) + ") n");
    auto known = line("t1"), first = line("new1"), second = line("new2");
    known.status = "Blocked";
    EXPECT_EQ(run({first, second, known}, true), (outcomes{created, no_room, updated}));
    EXPECT_EQ(run({second, first, known}), (outcomes{created, no_room, updated})) << "in the file's order";
    EXPECT_EQ(value("select count(*) from id_tags"), std::to_string(most_id_tags));
    EXPECT_EQ(db.run([&](pg::transaction& t) { return id_tag_room(t, tenant); }), 0);
    EXPECT_EQ(run({first, second}), (outcomes{no_room, unchanged}));
    const auto other =
        db.run([](pg::transaction& t) { return insert_tenant(t, "b", std::string(32, 'b'), "hash2"); });
    EXPECT_EQ(db.run([&](pg::transaction& t) { return id_tag_room(t, other); }), most_id_tags);
}

TEST_F(id_tag_import, any_text_is_a_text) {
    std::vector<id_tag_line> lines;
    for (const char* tag : {"{", "}", "\"", "\\", "a,b", "NULL", "'", " ", "ä"})
        lines.push_back(line(tag));
    EXPECT_EQ(run(lines), outcomes(lines.size(), created));
    EXPECT_EQ(run(lines), outcomes(lines.size(), unchanged));
}

} // namespace
} // namespace voltlane::store
