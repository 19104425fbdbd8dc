#include "shared/base/config.hpp"

#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>

namespace voltlane {
namespace {

struct config_test : ::testing::Test {
    config_test() {
        opts.add("listen", listen, "Where to listen.", check_host_port);
        opts.add("batch-size", batch, "Records in one transaction.", 1, 1000);
        opts.add("log-frames", frames, "Whether frames are logged.");
        opts.add_secret("test-key", key, "A secret.");
    }
    ~config_test() override {
        unsetenv("VOLTLANE_BATCH_SIZE");
        unsetenv("VOLTLANE_TEST_KEY");
    }
    int parse(std::vector<const char*> args) {
        args.insert(args.begin(), "test");
        ::testing::internal::CaptureStderr();
        ::testing::internal::CaptureStdout();
        const int code = opts.parse(static_cast<int>(args.size()), args.data());
        errors = ::testing::internal::GetCapturedStderr();
        output = ::testing::internal::GetCapturedStdout();
        return code;
    }

    std::string listen = "127.0.0.1:1";
    std::int64_t batch = 100;
    bool frames = false;
    std::string key;
    options opts{"test", "a program under test"};
    std::string errors, output;
};

TEST_F(config_test, flags_win_over_the_environment_and_that_over_defaults) {
    setenv("VOLTLANE_BATCH_SIZE", "7", 1);
    EXPECT_EQ(parse({"--listen=[::1]:8000", "--log-frames"}), -1);
    EXPECT_EQ(listen, "[::1]:8000");
    EXPECT_EQ(batch, 7);
    EXPECT_TRUE(frames);
    EXPECT_EQ(parse({"--batch-size", "8", "--log-frames=0"}), -1);
    EXPECT_EQ(batch, 8);
    EXPECT_FALSE(frames);
}

TEST_F(config_test, reports_all_errors_together) {
    opts.require("test-key");
    setenv("VOLTLANE_BATCH_SIZE", "1001", 1);
    EXPECT_EQ(parse({"--listen", "nowhere", "--unknown", "stray"}), 2);
    for (const auto* part :
         {"--listen must be host:port", "VOLTLANE_BATCH_SIZE must be an integer from 1 to 1000",
          "--unknown is no option", "'stray' is no option", "--test-key (VOLTLANE_TEST_KEY) must be given"})
        EXPECT_NE(errors.find(part), std::string::npos) << part << " in\n" << errors;
    EXPECT_EQ(listen, "127.0.0.1:1");
}

TEST_F(config_test, a_value_that_is_missing_is_an_error) {
    EXPECT_EQ(parse({"--batch-size"}), 2);
    EXPECT_NE(errors.find("--batch-size needs a value"), std::string::npos);
}

TEST_F(config_test, secrets_are_never_shown) {
    setenv("VOLTLANE_TEST_KEY", "hunter2", 1);
    EXPECT_EQ(parse({}), -1);
    EXPECT_EQ(key, "hunter2");
    EXPECT_NE(opts.summary().find("test-key=*****"), std::string::npos);
    EXPECT_EQ(opts.summary().find("hunter2"), std::string::npos);
    EXPECT_EQ(parse({"--help"}), 0);
    EXPECT_EQ(output.find("hunter2"), std::string::npos);
    std::ostringstream reference;
    opts.describe(reference);
    EXPECT_EQ(reference.str().find("hunter2"), std::string::npos);
    EXPECT_NE(reference.str().find("batch-size\tVOLTLANE_BATCH_SIZE\t100\t"), std::string::npos);
}

TEST(host_port, accepts_names_and_addresses) {
    host_port out;
    EXPECT_EQ(parse_host_port("localhost:80", out), "");
    EXPECT_EQ(out.host, "localhost");
    EXPECT_EQ(out.port, 80);
    EXPECT_EQ(parse_host_port("[::1]:9000", out), "");
    EXPECT_EQ(out.host, "::1");
    for (const auto* wrong :
         {"", ":", ":80", "localhost", "localhost:", "localhost:65536", "localhost:-1", "localhost:8x"})
        EXPECT_NE(parse_host_port(wrong, out), "") << wrong;
}

} // namespace
} // namespace voltlane
