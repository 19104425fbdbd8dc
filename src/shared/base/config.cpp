#include "shared/base/config.hpp"

#include "shared/base/text.hpp"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <ostream>

#ifndef VOLTLANE_VERSION
#define VOLTLANE_VERSION "0.1.0"
#endif

namespace voltlane {

std::string environment_name(std::string_view option_name) {
    std::string out = "VOLTLANE_";
    for (const char c : option_name)
        out += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
    return out;
}

options::options(std::string program, std::string purpose)
    : program_(std::move(program))
    , purpose_(std::move(purpose)) {}

void options::add_option(option o) {
    o.initial = o.get();
    options_.push_back(std::move(o));
}

void options::add(std::string name, std::string& target, std::string meaning, checker check) {
    option o{.name = std::move(name), .meaning = std::move(meaning)};
    o.get = [&target] {
        return target;
    };
    o.set = [&target, check = std::move(check)](std::string_view value) {
        std::string wrong = check ? check(value) : std::string();
        if (wrong.empty()) target = value;
        return wrong;
    };
    add_option(std::move(o));
}

void options::add_secret(std::string name, std::string& target, std::string meaning, checker check) {
    add(std::move(name), target, std::move(meaning), std::move(check));
    options_.back().secret = true;
}

void options::add(std::string name, std::int64_t& target, std::string meaning, std::int64_t least,
                  std::int64_t most) {
    option o{.name = std::move(name), .meaning = std::move(meaning)};
    o.get = [&target] {
        return std::to_string(target);
    };
    o.set = [&target, least, most](std::string_view value) -> std::string {
        const auto n = parse_integer<std::int64_t>(value);
        if (!n || *n < least || *n > most)
            return "must be an integer from " + std::to_string(least) + " to " + std::to_string(most);
        target = *n;
        return {};
    };
    add_option(std::move(o));
}

void options::add(std::string name, bool& target, std::string meaning) {
    option o{.name = std::move(name), .meaning = std::move(meaning), .flag = true};
    o.get = [&target] {
        return std::string(target ? "1" : "0");
    };
    o.set = [&target](std::string_view value) -> std::string {
        if (value == "1" || value == "true" || value == "on") {
            target = true;
        } else if (value == "0" || value == "false" || value == "off") {
            target = false;
        } else {
            return "must be 0 or 1";
        }
        return {};
    };
    add_option(std::move(o));
}

void options::require(std::string_view name) {
    for (auto& o : options_)
        if (o.name == name) o.required = true;
}

int options::parse(int argc, const char* const* argv) {
    std::vector<std::string> errors;
    std::vector<std::optional<std::string>> given(options_.size());

    for (int i = 1; i < argc; ++i) {
        const std::string_view arg = argv[i];
        if (arg == "--help" || arg == "-h") {
            std::cout << program_ << ": " << purpose_ << "\n\n";
            for (const auto& o : options_) {
                std::cout << "  --" << o.name << "  (" << environment_name(o.name);
                if (!o.secret && !o.initial.empty()) std::cout << ", default " << o.initial;
                std::cout << (o.required ? ", required)\n" : ")\n") << "      " << o.meaning << "\n";
            }
            return 0;
        }
        if (arg == "--version") {
            std::cout << program_ << " " VOLTLANE_VERSION "\n";
            return 0;
        }
        if (arg == "--describe-options") {
            describe(std::cout);
            return 0;
        }
        if (!arg.starts_with("--")) {
            errors.push_back("'" + std::string(arg) + "' is no option");
            continue;
        }
        const auto equals = arg.find('=');
        const auto name = arg.substr(2, equals == std::string_view::npos ? arg.npos : equals - 2);
        std::size_t at = 0;
        while (at < options_.size() && options_[at].name != name)
            ++at;
        if (at == options_.size()) {
            errors.push_back("--" + std::string(name) + " is no option of " + program_);
        } else if (equals != std::string_view::npos) {
            given[at] = std::string(arg.substr(equals + 1));
        } else if (options_[at].flag) {
            given[at] = "1";
        } else if (i + 1 < argc) {
            given[at] = argv[++i];
        } else {
            errors.push_back("--" + std::string(name) + " needs a value");
        }
    }

    for (std::size_t i = 0; i < options_.size(); ++i) {
        auto& o = options_[i];
        const auto variable = environment_name(o.name);
        std::string source = "--" + o.name;
        if (!given[i]) {
            if (const char* value = std::getenv(variable.c_str()); value != nullptr && *value != '\0') {
                given[i] = value;
                source = variable;
            }
        }
        if (given[i]) {
            if (const auto wrong = o.set(*given[i]); !wrong.empty()) errors.push_back(source + " " + wrong);
        } else if (o.required && o.get().empty()) {
            errors.push_back("--" + o.name + " (" + variable + ") must be given");
        }
    }
    for (const auto& e : errors)
        std::cerr << program_ << ": " << e << "\n";
    return errors.empty() ? -1 : 2;
}

std::string options::summary() const {
    std::string out;
    for (const auto& o : options_) {
        out += o.name;
        out += '=';
        out += o.secret && !o.get().empty() ? "*****" : o.get();
        out += '\n';
    }
    return out;
}

void options::describe(std::ostream& out) const {
    for (const auto& o : options_)
        out << o.name << '\t' << environment_name(o.name) << '\t' << (o.secret ? "" : o.initial) << '\t'
            << o.meaning << '\n';
}

std::string parse_host_port(std::string_view text, host_port& out) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return "must be host:port";
    auto host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const auto port = parse_integer<std::uint16_t>(text.substr(colon + 1));
    if (!port || host.empty()) return "must be host:port";
    out = {std::string(host), *port};
    return {};
}

std::string check_host_port(std::string_view text) {
    host_port ignored;
    return parse_host_port(text, ignored);
}

} // namespace voltlane
