#include "shared/kafka/conf.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::string value_of(conf& c, const char* name) {
    char text[256] = "";
    std::size_t size = sizeof text;
    EXPECT_EQ(rd_kafka_conf_get(c.get(), name, text, &size), RD_KAFKA_CONF_OK) << name;
    return text;
}

TEST(conf, an_option_that_librdkafka_refuses_is_named) {
    conf c(client_settings{.bootstrap = "127.0.0.1:1"});
    EXPECT_THAT([&] { c.set("linger.ms", "soon"); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("linger.ms")));
    EXPECT_THAT([&] { c.set("no.such.option", "1"); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("no.such.option")));
}

TEST(conf, needs_a_bootstrap_address) {
    EXPECT_THROW(conf(client_settings{}), std::invalid_argument);
}

TEST(conf, producers_are_idempotent_and_partition_like_java) {
    producer_settings settings;
    settings.client.bootstrap = "127.0.0.1:1";
    settings.client.extra = {{"linger.ms", "7"}};
    settings.message_timeout = std::chrono::seconds(12);
    conf c = producer_conf(settings);
    EXPECT_EQ(value_of(c, "enable.idempotence"), "true");
    EXPECT_EQ(value_of(c, "acks"), "-1");
    EXPECT_EQ(value_of(c, "partitioner"), "murmur2_random");
    EXPECT_EQ(value_of(c, "message.timeout.ms"), "12000");
    EXPECT_EQ(value_of(c, "socket.nagle.disable"), "true");
    EXPECT_EQ(value_of(c, "linger.ms"), "7") << "an operator's option wins";
}

TEST(conf, consumers_move_no_offset_by_themselves) {
    conf c = consumer_conf({.bootstrap = "127.0.0.1:1"});
    EXPECT_EQ(value_of(c, "enable.auto.commit"), "false");
    EXPECT_EQ(value_of(c, "auto.offset.reset"), "error");
    EXPECT_EQ(value_of(c, "isolation.level"), "read_committed");
    EXPECT_EQ(value_of(c, "allow.auto.create.topics"), "false");
}

} // namespace
} // namespace voltlane::kafka
