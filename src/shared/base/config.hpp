#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane {

// Options of one process: `--kebab-case` flags over VOLTLANE_UPPER_SNAKE environment over defaults.
//
// A component's config.hpp declares a plain struct with defaults and units and a function that binds its
// members here. All errors are reported together; secrets are never printed. docs/configuration.md is checked
// against describe().
class options {
public:
    explicit options(std::string program, std::string purpose);

    // The target's present value is the default. `name` in kebab case without dashes in front:
    // "gateway-listen". `check` returns an empty text or what is wrong with the value.
    using checker = std::function<std::string(std::string_view value)>;
    void add(std::string name, std::string& target, std::string meaning, checker check = {});
    void add(std::string name, std::int64_t& target, std::string meaning, std::int64_t least,
             std::int64_t most);
    void add(std::string name, bool& target, std::string meaning);
    void add_secret(std::string name, std::string& target, std::string meaning, checker check = {});
    void require(std::string_view name); // an empty value is an error

    // Reads the command line and the environment into the targets. Returns -1 to go on, else the exit code: 0
    // after
    // --help, --version or --describe-options (what describe() writes), 2 after errors (all of them, on
    // standard error).
    int parse(int argc, const char* const* argv);

    // name=value of everything, one a line, secrets as *****.
    std::string summary() const;
    // One line an option: name, environment name, default, meaning, tab separated.
    void describe(std::ostream& out) const;

private:
    struct option {
        std::string name;
        std::string meaning;
        std::string initial;
        bool secret = false;
        bool required = false;
        bool flag = false;
        std::function<std::string(std::string_view)> set; // empty: taken; else what is wrong
        std::function<std::string()> get;
    };
    void add_option(option o);

    std::string program_;
    std::string purpose_;
    std::vector<option> options_;
};

// `--gateway-listen` reads VOLTLANE_GATEWAY_LISTEN.
std::string environment_name(std::string_view option_name);

// host:port; for addresses in configuration.
struct host_port {
    std::string host;
    std::uint16_t port = 0;
};
// Accepts "127.0.0.1:9000", "[::1]:9000"; empty text on success, else what is wrong.
std::string parse_host_port(std::string_view text, host_port& out);
std::string check_host_port(std::string_view text);

} // namespace voltlane
