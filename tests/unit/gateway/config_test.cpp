#include "gateway/config.hpp"

#include <gtest/gtest.h>

namespace voltlane::gateway {
namespace {

int parse(config& c, std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "voltlane-gateway");
    options o("voltlane-gateway", "test");
    add_options(o, c);
    ::testing::internal::CaptureStderr();
    const int code = o.parse(static_cast<int>(arguments.size()), arguments.data());
    ::testing::internal::GetCapturedStderr();
    return code;
}

TEST(gateway_config, the_ordinal_chooses_the_partition_of_commands_else_the_name_does) {
    config c;
    c.ordinal = 3;
    EXPECT_EQ(command_partition(c), 3);
    c.ordinal = 64 + 5;
    EXPECT_EQ(command_partition(c), 5);
    c.ordinal = -1;
    const auto chosen = command_partition(c);
    EXPECT_GE(chosen, 0);
    EXPECT_LT(chosen, command_partitions);
    EXPECT_EQ(command_partition(c), chosen);
}

TEST(gateway_config, wrong_values_are_refused) {
    for (const char* wrong : {"--gateway-listen=nowhere", "--command-key=123", "--instance=a.b",
                              "--instance=", "--calls-per-second=0", "--threads=-1", "--log-level=loud"}) {
        config c;
        EXPECT_EQ(parse(c, {wrong}), 2) << wrong;
    }
    config c;
    EXPECT_EQ(parse(c, {"--gateway-listen=0.0.0.0:1", "--instance=gateway-7"}), -1);
    EXPECT_EQ(c.instance, "gateway-7");
}

} // namespace
} // namespace voltlane::gateway
