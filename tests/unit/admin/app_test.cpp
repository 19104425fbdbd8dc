#include "admin/app.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct outcome {
    int code = 0;
    std::string out;
    std::string err;
};

outcome run_with(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "voltlane-admin");
    std::ostringstream out, err;
    const int code = run(static_cast<int>(arguments.size()), arguments.data(), out, err);
    return {code, out.str(), err.str()};
}

class app : public ::testing::Test {
protected:
    void SetUp() override {
        for (const char* name : {"VOLTLANE_DATABASE_URL", "VOLTLANE_KAFKA", "VOLTLANE_TOPIC_REPLICATION"})
            unsetenv(name);
    }
};

TEST_F(app, help_names_every_command_and_option) {
    const auto top = run_with({"--help"});
    EXPECT_EQ(top.code, 0);
    for (const char* word :
         {"migrate", "topics", "user", "tenant", "directory", "dead-letters", "--kafka", "VOLTLANE_KAFKA",
          "VOLTLANE_DATABASE_URL", "VOLTLANE_TOPIC_REPLICATION", "Exit codes"})
        EXPECT_THAT(top.out, HasSubstr(word));
    const std::vector<std::pair<std::vector<const char*>, std::vector<const char*>>> commands{
        {{"migrate"}, {"--dir"}},
        {{"topics"}, {"apply", "diff"}},
        {{"topics", "apply"}, {"--dir", "--replication"}},
        {{"topics", "diff"}, {"--dir", "--replication"}},
        {{"user"}, {"create"}},
        {{"user", "create"},
         {"--username", "--email", "--full-name", "--role", "--password-env", "--tenant", "--operator"}},
        {{"tenant"}, {"list", "create", "rotate-key", "import-key"}},
        {{"tenant", "list"}, {"--show-keys"}},
        {{"tenant", "create"}, {"--name"}},
        {{"tenant", "rotate-key"}, {"--tenant"}},
        {{"tenant", "import-key"}, {"--tenant", "--key-env"}},
        {{"directory"}, {"republish"}},
        {{"dead-letters", "list"}, {"--limit", "--json"}},
    };
    for (auto [command, words] : commands) {
        command.push_back("--help");
        const auto o = run_with(command);
        EXPECT_EQ(o.code, 0);
        for (const char* word : words)
            EXPECT_THAT(o.out, HasSubstr(word));
    }
}

TEST_F(app, wrong_usage_is_2_and_says_what) {
    const std::vector<std::pair<std::vector<const char*>, std::string>> cases{
        {{}, "a command is needed"},
        {{"nonsense"}, "nonsense"},
        {{"topics"}, "subcommand is required"},
        {{"topics", "apply", "--replication", "0"}, "--replication"},
        {{"topics", "apply", "--replication", "many"}, "--replication"},
        {{"user", "create", "--username", "u"}, "--email is required"},
        {{"user", "create", "--username", "u", "--email", "e@x", "--full-name", "F L", "--role", "root",
          "--password-env", "P"},
         "--role"},
        {{"tenant", "create"}, "--name is required"},
        {{"tenant", "rotate-key", "--tenant", "-1"}, "--tenant"},
        {{"dead-letters", "list", "--limit", "0"}, "--limit"},
        {{"--log-level", "loud", "migrate"}, "--log-level"},
        {{"tenant", "list"}, "VOLTLANE_DATABASE_URL"},
    };
    for (const auto& [arguments, words] : cases) {
        const auto o = run_with(arguments);
        EXPECT_EQ(o.code, 2) << words;
        EXPECT_THAT(o.err, HasSubstr(words));
        EXPECT_EQ(o.out, "");
    }
}

TEST_F(app, a_folder_without_migrations_or_declarations_is_1) {
    const auto schema =
        run_with({"migrate", "--dir", "/nonexistent", "--database-url", "postgresql://127.0.0.1:1/x"});
    EXPECT_EQ(schema.code, 1);
    EXPECT_THAT(schema.err, HasSubstr("no migrations in /nonexistent"));
    const auto topics = run_with({"topics", "diff", "--dir", "/nonexistent"});
    EXPECT_EQ(topics.code, 1);
    EXPECT_THAT(topics.err, HasSubstr("/nonexistent"));
}

TEST_F(app, a_server_that_is_away_is_4_and_the_password_stays_unsaid) {
    const auto o =
        run_with({"tenant", "list", "--database-url", "postgresql://me:secret-word@127.0.0.1:1/x"});
    EXPECT_EQ(o.code, 4);
    EXPECT_THAT(o.err, HasSubstr("PostgreSQL"));
    EXPECT_THAT(o.err, Not(HasSubstr("secret-word")));
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1);
}

TEST_F(app, flags_win_over_the_environment) {
    setenv("VOLTLANE_DATABASE_URL", "no url", 1);
    EXPECT_EQ(run_with({"tenant", "list"}).code, 2);
    EXPECT_EQ(run_with({"tenant", "list", "--database-url", "postgresql://127.0.0.1:1/x"}).code, 4);
    unsetenv("VOLTLANE_DATABASE_URL");
}

TEST_F(app, describes_its_options) {
    const auto o = run_with({"--describe-options"});
    EXPECT_EQ(o.code, 0);
    EXPECT_THAT(o.out, HasSubstr("topic-replication\tVOLTLANE_TOPIC_REPLICATION\t3\t"));
    EXPECT_THAT(o.out, HasSubstr("database-url\tVOLTLANE_DATABASE_URL\t\t"));
}

} // namespace
} // namespace voltlane::admin
