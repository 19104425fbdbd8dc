#include "workers/mail/letters.hpp"

#include "shared/base/clock.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/reset_requests.hpp"
#include "support/test_database.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <sodium.h>

namespace voltlane::workers {
namespace {

using events::notification;
using testing::test_database;

class letters : public ::testing::Test {
protected:
    letters() : db(scratch.settings()) {
        if (sodium_init() < 0) throw std::runtime_error("libsodium");
    }

    // `columns`: of `accounts`, with their values as SQL.
    account_id account(const std::string& name, const std::string& columns = "",
                       const std::string& values = "") {
        const auto id =
            scratch.value("insert into accounts (username, email, role, password_hash, first_name" + columns +
                          ") values ('" + name + "', '" + name + "@example.com', 'user', '', 'First'" +
                          values + ") returning id");
        return account_id(std::stoll(id));
    }
    account_id unverified(const std::string& name) { return account(name, ", email_verified", ", false"); }

    std::optional<letter> prepare(const store::delivery& d) {
        return db.run([&](pg::transaction& t) { return prepare_letter(t, d, {}, system_clock().now()); });
    }
    std::optional<letter> prepare(std::string_view name, std::optional<account_id> whose,
                                  std::int64_t attempt = 1) {
        store::delivery d;
        d.name = name;
        d.account = whose;
        d.attempt = attempt;
        return prepare(d);
    }
    std::optional<letter> reset_for(const std::string& email, std::int64_t attempt = 1) {
        store::delivery d;
        d.name = notification::password_reset;
        d.ids["request"] = std::stoll(
            scratch.value("insert into reset_requests (email) values ('" + email + "') returning id"));
        d.attempt = attempt;
        return prepare(d);
    }
    std::string tokens() const { return scratch.value("select count(*) from one_time_tokens"); }
    void age_tokens(const char* by) {
        scratch.exec("update one_time_tokens set created_at = created_at - interval '" + std::string(by) +
                     "'");
    }

    test_database scratch;
    pg::database db;
};

TEST_F(letters, of_a_kind_that_anybody_asks_for_go_out_once_a_minute) {
    const auto ada = unverified("ada"), bob = unverified("bob");
    EXPECT_TRUE(prepare(notification::verify_email, ada));
    EXPECT_FALSE(prepare(notification::verify_email, ada));
    EXPECT_EQ(tokens(), "1");
    EXPECT_TRUE(prepare(notification::verify_email, ada, 2)) << "what could not be sent is tried again";
    EXPECT_TRUE(prepare(notification::verify_email, bob)) << "another account's";
    EXPECT_TRUE(reset_for("ada@example.com")) << "another kind";
    EXPECT_FALSE(reset_for("ADA@example.com"));
    EXPECT_TRUE(reset_for("ada@example.com", 3));
    age_tokens("61 seconds");
    EXPECT_TRUE(prepare(notification::verify_email, ada));
    EXPECT_TRUE(reset_for("ada@example.com"));
    // A link that was used is no reason to wait.
    EXPECT_FALSE(reset_for("ada@example.com"));
    scratch.exec("update one_time_tokens set used_at = now()");
    EXPECT_TRUE(reset_for("ada@example.com"));
}

TEST_F(letters, asked_for_many_times_at_once_are_one) {
    const auto ada = unverified("ada");
    std::atomic<int> written = 0;
    std::vector<std::thread> workers;
    for (int i = 0; i < 6; ++i)
        workers.emplace_back([&] {
            pg::database own(scratch.settings());
            store::delivery d;
            d.name = notification::verify_email;
            d.account = ada;
            d.attempt = 1;
            written +=
                own.run([&](pg::transaction& t) { return prepare_letter(t, d, {}, system_clock().now()); })
                    .has_value();
        });
    for (auto& w : workers)
        w.join();
    EXPECT_EQ(written, 1);
    EXPECT_EQ(tokens(), "1");
}

TEST_F(letters, to_an_unverified_address_say_nothing_that_somebody_chose) {
    const auto verify = prepare(notification::verify_email, unverified("chosen"));
    const auto reset = reset_for("chosen@example.com");
    for (const auto& l : {verify, reset}) {
        ASSERT_TRUE(l);
        EXPECT_EQ(l->to, "chosen@example.com");
        EXPECT_EQ(l->values.at("name"), l->to);
        EXPECT_EQ(l->values.at("username"), l->to);
    }
    account("proven");
    const auto known = reset_for("proven@example.com");
    ASSERT_TRUE(known);
    EXPECT_EQ(known->values.at("name"), "First");
    EXPECT_EQ(known->values.at("username"), "proven");
}

TEST_F(letters, about_decisions_go_to_verified_addresses_alone) {
    const auto refused = [&](const std::string& name, const std::string& verified) {
        return account(name, ", is_approved, refused_at, refusal_reason, email_verified",
                       ", false, now(), 'Buy at our shop', " + verified);
    };
    EXPECT_TRUE(prepare(notification::approval_refused, refused("ada", "true")));
    EXPECT_FALSE(prepare(notification::approval_refused, refused("bob", "false")));
    EXPECT_TRUE(prepare(notification::approval_granted, account("carl")));
    EXPECT_FALSE(prepare(notification::approval_granted, unverified("dora")));
}

TEST_F(letters, about_applicants_go_to_verified_parents_alone) {
    const auto applicant = account("applicant", ", is_approved", ", false");
    const auto asks = [&](account_id parent) {
        store::delivery d;
        d.name = notification::approval_requested;
        d.account = parent;
        d.ids["applicant"] = applicant();
        return prepare(d).has_value();
    };
    EXPECT_TRUE(asks(account("proven")));
    EXPECT_FALSE(asks(unverified("unproven")));
}

TEST_F(letters, to_reset_a_password_find_whoever_could_log_in_by_that_text) {
    account("Ännä");
    EXPECT_TRUE(reset_for("ännä@example.com"));
    age_tokens("2 minutes");
    EXPECT_TRUE(reset_for("A\u0308NNA\u0308@Example.com"));
    EXPECT_FALSE(reset_for("anna@example.com"));
}

} // namespace
} // namespace voltlane::workers
