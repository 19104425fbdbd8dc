#include "shared/pg/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::pg {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(connection_string, of_a_url_carries_limits_as_query) {
    const auto s = connection_string({"postgresql://u:p@h:5432/db", role::worker, "voltlane-worker"});
    EXPECT_THAT(s, HasSubstr("postgresql://u:p@h:5432/db?application_name=voltlane-worker&"));
    EXPECT_THAT(s, HasSubstr("idle_in_transaction_session_timeout%3D5000"));
    EXPECT_THAT(s, HasSubstr("lock_timeout%3D8000"));
    EXPECT_THAT(s, HasSubstr("&keepalives=1&"));
}

TEST(connection_string, keeps_what_the_url_sets) {
    const auto s = connection_string({"postgresql://h/db?connect_timeout=1&sslmode=require", role::api, "x"});
    EXPECT_THAT(s, HasSubstr("?connect_timeout=1&sslmode=require&application_name=x"));
    EXPECT_THAT(s, Not(HasSubstr("connect_timeout=5")));
}

TEST(connection_string, of_key_values_is_quoted) {
    const auto s = connection_string({"host=h dbname=db", role::admin, "it's"});
    EXPECT_THAT(s, HasSubstr(R"( application_name='it\'s')"));
    EXPECT_THAT(s, HasSubstr("statement_timeout=0"));
}

TEST(connection_string, ends_idle_sessions_of_relays_only) {
    EXPECT_THAT(connection_string({"host=h", role::relay, "x"}), HasSubstr("idle_session_timeout=10000"));
    EXPECT_THAT(connection_string({"host=h", role::worker, "x"}), HasSubstr("idle_session_timeout=0"));
}

TEST(check_url, accepts_both_forms_and_never_repeats_the_text) {
    EXPECT_EQ(check_url("postgresql://u:secret@h/db"), "");
    EXPECT_EQ(check_url("host=h"), "");
    EXPECT_THAT(check_url("secret"), Not(HasSubstr("secret")));
    EXPECT_NE(check_url("secret"), "");
}

} // namespace
} // namespace voltlane::pg
