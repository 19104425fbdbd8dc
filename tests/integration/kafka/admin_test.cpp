#include "real_kafka.hpp"

#include <gmock/gmock.h>

namespace voltlane::kafka {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using admin_test = real_kafka;

TEST_F(admin_test, creates_describes_alters_and_removes) {
    create(3, {{"cleanup.policy", "compact"}, {"segment.ms", "60000"}});
    EXPECT_THAT(*admin_->list(), Contains(topic));
    auto layout = admin_->describe(topic);
    ASSERT_TRUE(layout) << admin_->what();
    EXPECT_EQ(layout->partitions, 3);
    EXPECT_EQ(layout->replication, 1);
    EXPECT_THAT(layout->configs, Contains(Pair("cleanup.policy", "compact")));
    EXPECT_THAT(layout->configs, Contains(Pair("segment.ms", "60000")));

    ASSERT_FALSE(admin_->alter_configs(topic, {{"cleanup.policy", "delete"}})) << admin_->what();
    layout = admin_->describe(topic);
    EXPECT_THAT(layout->configs, Contains(Pair("cleanup.policy", "delete")));
    EXPECT_THAT(layout->configs, Not(Contains(Pair("segment.ms", "60000")))) << "what is not named goes back";

    EXPECT_GE(*admin_->brokers(), 1);
    const auto offsets = admin_->offsets(topic);
    ASSERT_TRUE(offsets) << admin_->what();
    EXPECT_EQ(offsets->size(), 3U);
    EXPECT_EQ((*offsets)[2].partition, 2);
    EXPECT_EQ((*offsets)[2].high, 0);
    EXPECT_FALSE(admin_->remove(topic));
}

TEST_F(admin_test, says_what_is_wrong) {
    create(1);
    EXPECT_EQ(admin_->create({topic, 1, 1, {}}), errc::conflict);
    EXPECT_THAT(admin_->what(), HasSubstr("already exists"));
    EXPECT_EQ(admin_->create({topic + "-x", 1, 1, {{"no.such.config", "1"}}}), errc::invalid_input);
    EXPECT_EQ(admin_->create({topic + "-x", 1, 99, {}}), errc::invalid_input);
    EXPECT_EQ(admin_->describe("no-such-" + topic).error(), errc::not_found);
    EXPECT_EQ(admin_->offsets("no-such-" + topic).error(), errc::not_found);
    EXPECT_EQ(admin_->remove("no-such-" + topic), errc::not_found);
    EXPECT_EQ(admin_->alter_configs(topic, {{"retention.ms", "soon"}}), errc::invalid_input);
}

TEST(admin_away, is_unavailable) {
    admin nobody({.bootstrap = "127.0.0.1:1"}, 300ms);
    EXPECT_FALSE(nobody.list());
    EXPECT_TRUE(nobody.create({"t", 1, 1, {}}));
    EXPECT_FALSE(nobody.brokers());
}

} // namespace
} // namespace voltlane::kafka
