#include "shared/store/invitations.hpp"

#include "shared/base/clock.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/tenants.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono_literals;

TEST(invitations, mails_of_invitations_are_counted_whatever_became_of_them) {
    const testing::test_database scratch;
    pg::database db(scratch.settings(pg::role::api));
    const auto tenant =
        db.run([](pg::transaction& t) { return insert_tenant(t, "anna", std::string(32, 'a'), "hash"); });
    new_account anna;
    anna.username = "anna";
    anna.email = "anna@example.com";
    const auto founder = db.run([&](pg::transaction& t) { return insert_account(t, anna); });
    const auto invite_to = [&](const char* email) {
        return db.run([&](pg::transaction& t) {
            return invite(t, tenant, email, founder, system_clock().now() + 1h).row.id;
        });
    };
    const auto mails = [&](tenant_id of) {
        return db.run([&](pg::transaction& t) { return count_invitation_mails(t, of); });
    };
    EXPECT_EQ(mails(tenant), 0);
    const auto first = invite_to("x@example.com");
    EXPECT_EQ(invite_to("X@example.com"), first);
    EXPECT_EQ(mails(tenant), 2) << "asked again is mailed again";
    EXPECT_TRUE(db.run([&](pg::transaction& t) { return revoke_invitation(t, tenant, first); }));
    invite_to("x@example.com");
    const auto other = invite_to("y@example.com");
    EXPECT_EQ(mails(tenant), 4);
    EXPECT_EQ(mails(tenant_id(tenant() + 1)), 0);
    scratch.exec("update invitations set mailed_at = mailed_at - interval '1 day'");
    EXPECT_EQ(mails(tenant), 0);
    EXPECT_EQ(invite_to("y@example.com"), other);
    EXPECT_EQ(mails(tenant), 1) << "yesterday's are over";
}

} // namespace
} // namespace voltlane::store
