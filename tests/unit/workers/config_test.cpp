#include "workers/config.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using names = std::set<std::string>;

TEST(pools, are_read_from_a_list) {
    std::string wrong;
    EXPECT_EQ(parse_pools("all", wrong), (names{"commands", "notify", "relay", "sessions", "stations"}));
    EXPECT_EQ(parse_pools("sessions", wrong), names{"sessions"});
    EXPECT_EQ(parse_pools("sessions, relay,sessions", wrong), (names{"relay", "sessions"}));
    EXPECT_EQ(wrong, "");
}

TEST(pools, that_do_not_exist_are_named) {
    for (const auto* text : {"", "nothing", "sessions,,relay", "Sessions", "sessions;relay"}) {
        std::string wrong;
        EXPECT_TRUE(parse_pools(text, wrong).empty()) << text;
        EXPECT_NE(wrong, "") << text;
    }
}

TEST(options, hide_the_database_url_and_need_it) {
    config c;
    options o("voltlane-worker", "test");
    bind(o, c);
    const char* without[] = {"voltlane-worker", "--pools", "relay"};
    EXPECT_EQ(o.parse(3, without), 2);

    config d;
    options p("voltlane-worker", "test");
    bind(p, d);
    const char* with[] = {"voltlane-worker", "--database-url", "postgresql://u:geheim@h/db"};
    EXPECT_EQ(p.parse(3, with), -1);
    EXPECT_EQ(d.database_url, "postgresql://u:geheim@h/db");
    EXPECT_EQ(p.summary().find("geheim"), std::string::npos);
}

} // namespace
} // namespace voltlane::workers
