#include "admin/app.hpp"

#include "admin/accounts_command.hpp"
#include "admin/counts_command.hpp"
#include "admin/dead_letters_command.hpp"
#include "admin/failure.hpp"
#include "admin/integrations_command.hpp"
#include "admin/migrate_command.hpp"
#include "admin/republish.hpp"
#include "admin/tenants_command.hpp"
#include "admin/topics_command.hpp"
#include "shared/base/config.hpp"
#include "shared/base/log.hpp"

#include <functional>

#include <CLI/CLI.hpp>

namespace voltlane::admin {
namespace {

using command = std::function<exit_code(session&)>;

// Turns a checker of base/config into one of CLI11.
CLI::Validator checked(std::string (*check)(std::string_view)) {
    return {[check](std::string& text) { return check(text); }, "", ""};
}

// Everything that the command line can say; lives while it is parsed and the command runs.
struct arguments {
    config options;
    new_user user;
    std::int64_t tenant = 0;
    std::string tenant_name;
    std::string key_env;
    bool show_keys = false;
    std::size_t limit = 50;
    bool whole = false;
    bool describe = false;
    command chosen;
};

template <class Target>
CLI::Option* shared_option(CLI::App& app, const char* name, Target& target, const char* meaning) {
    return app.add_option(std::string("--") + name, target, meaning)
        ->envname(environment_name(name))
        ->capture_default_str();
}

void declare_options(CLI::App& app, arguments& a) {
    auto& o = a.options;
    shared_option(app, "kafka", o.kafka, "Kafka's bootstrap servers, host:port[,host:port]")
        ->type_name("HOST:PORT");
    shared_option(app, "database-url", o.database_url,
                  "PostgreSQL, postgresql://user:password@host:port/database")
        ->type_name("URL")
        ->check(checked(pg::check_url));
    shared_option(app, "topic-replication", o.topic_replication, "Replicas of topics that are created")
        ->type_name("N")
        ->check(CLI::Range(1, 10));
    shared_option(app, "log-level", o.log_level,
                  "Of log lines on standard error: trace, debug, info, warn, error")
        ->check(checked(log::check_level));
    shared_option(app, "log-format", o.log_format, "auto, text or json")->check(checked(log::check_format));
    app.add_flag("--describe-options", a.describe, "Write these options, tab separated, and end")->group("");
}

CLI::App* declare(CLI::App& parent, arguments& a, const char* name, const char* meaning, command work) {
    auto* sub = parent.add_subcommand(name, meaning);
    sub->callback([&a, work = std::move(work)] { a.chosen = work; });
    return sub;
}

// A command that has nothing to tell but that it is done.
template <class Work>
command plain(Work work) {
    return [work](session& s) {
        work(s);
        return exit_code::done;
    };
}

void declare_schema(CLI::App& app, arguments& a) {
    auto* sub =
        declare(app, a, "migrate", "Apply the SQL migrations that the database lacks", plain(migrate));
    sub->add_option("--dir", a.options.sql_dir, "Folder of NNNN_name.sql files")
        ->envname("VOLTLANE_SQL_DIR")
        ->capture_default_str();
}

void declare_topics(CLI::App& app, arguments& a) {
    auto* topics =
        app.add_subcommand("topics", "Kafka's topics as topics/*.yaml declares them")->require_subcommand(1);
    for (auto* sub :
         {declare(*topics, a, "apply", "Create and configure what differs; refuse another partition count",
                  plain(apply_topics)),
          declare(*topics, a, "diff", "Show what apply would do; exit 3 where that is anything",
                  diff_topics)}) {
        sub->add_option("--dir", a.options.topics_dir, "Folder of the declarations")
            ->envname("VOLTLANE_TOPICS_DIR")
            ->capture_default_str();
        sub->add_option("--replication", a.options.topic_replication, "The same as --topic-replication")
            ->check(CLI::Range(1, 10));
    }
}

void declare_users(CLI::App& app, arguments& a) {
    auto* users = app.add_subcommand("user", "Accounts")->require_subcommand(1);
    auto* sub = declare(*users, a, "create", "Create an account that may log in at once",
                        plain([&a](session& s) { create_user(s, a.user); }));
    sub->add_option("--username", a.user.username)->required();
    sub->add_option("--email", a.user.email)->required();
    sub->add_option("--full-name", a.user.full_name, "First name, a blank, last name")->required();
    sub->add_option("--role", a.user.role, "A super_admin without --tenant founds a tenant of its own")
        ->required()
        ->check(CLI::IsMember({"user", "super_admin"}));
    sub->add_option("--password-env", a.user.password_env, "Environment variable that holds the password")
        ->required();
    sub->add_option("--tenant", a.user.tenant, "Id of an existing tenant to join")
        ->check(CLI::PositiveNumber);
    sub->add_flag("--operator", a.user.is_operator,
                  "May change what all tenants share (user types); once there is one, only operators may");
}

void declare_tenants(CLI::App& app, arguments& a) {
    auto* tenants = app.add_subcommand("tenant", "Tenants and the secret keys in their chargers' URLs")
                        ->require_subcommand(1);
    declare(*tenants, a, "list", "One line a tenant", plain([&a](session& s) {
        list_tenants(s, a.show_keys);
    }))->add_flag("--show-keys", a.show_keys, "With the secret keys");
    declare(*tenants, a, "create", "Create a tenant with a new key",
            plain([&a](session& s) { create_tenant(s, a.tenant_name); }))
        ->add_option("--name", a.tenant_name)
        ->required();
    auto* rotate =
        declare(*tenants, a, "rotate-key",
                "Give a tenant a new key; the old one is refused from then on and sockets made by it close",
                plain([&a](session& s) { rotate_key(s, a.tenant); }));
    auto* import = declare(
        *tenants, a, "import-key",
        "Give a tenant a key that its chargers are configured with; the old one ends as with rotate-key",
        plain([&a](session& s) { import_key(s, a.tenant, a.key_env); }));
    import->add_option("--key-env", a.key_env, "Environment variable that holds the key, 32 hex digits")
        ->required();
    for (auto* sub : {rotate, import})
        sub->add_option("--tenant", a.tenant, "The tenant's id")->required()->check(CLI::PositiveNumber);
}

void declare_rest(CLI::App& app, arguments& a) {
    auto* directory =
        app.add_subcommand("directory", "csms.directory, what gateways know")->require_subcommand(1);
    declare(*directory, a, "republish", "Queue all of it anew, and tombstones for what PostgreSQL lacks",
            plain(republish));
    auto* integrations = app.add_subcommand("integrations", "Other systems")->require_subcommand(1);
    declare(*integrations, a, "resync", "Bring every customer and its users in step with ThingsBoard",
            plain(resync_integrations));
    auto* counts = app.add_subcommand("counts", "Counts of sessions and commands that lists and figures read")
                       ->require_subcommand(1);
    declare(*counts, a, "check", "Compare them with what they count; exit 3 where one is wrong",
            check_counts);
    declare(*counts, a, "recount", "Make them anew; writers wait meanwhile", plain(recount));
    auto* letters = app.add_subcommand("dead-letters", "What could not be processed")->require_subcommand(1);
    auto* list = declare(*letters, a, "list", "The newest ones",
                         plain([&a](session& s) { list_dead_letters(s, a.limit, a.whole); }));
    list->add_option("--limit", a.limit, "How many")->capture_default_str()->check(CLI::Range(1, 1'000'000));
    list->add_flag("--json", a.whole, "Whole records, one JSON object a line");
}

// Tab separated as options::describe() of the other processes writes them.
void describe(const CLI::App& app, std::ostream& out) {
    const auto write = [&](const CLI::App& from) {
        for (const auto* o : from.get_options())
            if (!o->get_envname().empty())
                out << o->get_name().substr(2) << '\t' << o->get_envname() << '\t' << o->get_default_str()
                    << '\t' << o->get_description() << '\n';
    };
    write(app);
}

// One line, whatever a library put into its message.
std::string sentence(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    for (char& c : text)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    return text;
}

exit_code perform(const arguments& a, std::ostream& out, std::ostream& err) {
    const auto fail = [&err](const std::string& why, exit_code code) {
        err << "voltlane-admin: " << sentence(why) << '\n';
        return code;
    };
    try {
        session s(a.options, out);
        return a.chosen(s);
    } catch (const failure& f) {
        return fail(f.what(), f.code());
    } catch (const pg::failure& f) {
        const bool away = f.kind() == pg::failure_kind::unavailable || f.kind() == pg::failure_kind::in_doubt;
        return fail(std::string("PostgreSQL: ") + f.what(),
                    away ? exit_code::unreachable : exit_code::failed);
    } catch (const std::exception& e) {
        return fail(e.what(), exit_code::failed);
    }
}

} // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
    arguments a;
    CLI::App app(
        "The operator's tool of Voltlane: schema, topics, accounts, tenants, the directory, dead letters.",
        "voltlane-admin");
    app.footer("Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 topics diff or counts check found\n"
               "differences, 4 Kafka or PostgreSQL cannot be reached. Flags win over the environment.");
    app.fallthrough();
    app.get_formatter()->column_width(34);
    declare_options(app, a);
    declare_schema(app, a);
    declare_topics(app, a);
    declare_users(app, a);
    declare_tenants(app, a);
    declare_rest(app, a);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e, out, err) == 0 ? 0 : static_cast<int>(exit_code::usage);
    }
    if (a.describe) {
        describe(app, out);
        return 0;
    }
    if (!a.chosen) {
        err << "voltlane-admin: a command is needed; --help names them\n";
        return static_cast<int>(exit_code::usage);
    }
    log::start("voltlane-admin", a.options.log_level, log::parse_format(a.options.log_format));
    return static_cast<int>(perform(a, out, err));
}

} // namespace voltlane::admin
