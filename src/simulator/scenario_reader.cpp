#include "simulator/scenario_reader.hpp"

#include "simulator/charger/configuration.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace voltlane::simulator {
namespace {

constexpr std::size_t max_tag_characters = 20; // OCPP 1.6: idTag
constexpr int max_connectors = 32;             // more is no charge point any more, and each costs memory
constexpr double a_week = 7 * 86'400;

// Errors of one file, with the place of each.
class complaints {
public:
    complaints(std::string_view name, std::vector<std::string>& out) : name_(name), out_(out) {}
    void add(const YAML::Mark& at, std::string_view path, std::string_view what) {
        const int line = at.is_null() ? 1 : at.line + 1;
        out_.push_back(path.empty() ? fmt::format("{}:{}: {}", name_, line, what)
                                    : fmt::format("{}:{}: {}: {}", name_, line, path, what));
    }

private:
    std::string name_;
    std::vector<std::string>& out_;
};

// One mapping of the file; finish() complains about keys that nobody asked for.
class section {
public:
    section(YAML::Node node, std::string path, complaints& c)
        : node_(std::move(node))
        , path_(std::move(path))
        , complaints_(c) {
        if (!absent() && !node_.IsMap()) {
            complaints_.add(node_.Mark(), path_, "must be a mapping of names to values");
            node_ = YAML::Node();
        }
    }

    section sub(const std::string& key) { return {take(key), full(key), complaints_}; }

    void read(const std::string& key, std::string& out, std::size_t most) {
        if (const auto n = scalar(key)) {
            if (n->Scalar().empty() || n->Scalar().size() > most)
                return wrong(key, *n, fmt::format("must be a text of 1 to {} characters", most));
            out = n->Scalar();
        }
    }
    void read(const std::string& key, bool& out) {
        if (const auto n = scalar(key))
            if (!YAML::convert<bool>::decode(*n, out)) wrong(key, *n, "must be true or false");
    }
    void read(const std::string& key, int& out, int least, int most) {
        if (const auto n = scalar(key)) {
            int value = 0;
            if (!YAML::convert<int>::decode(*n, value) || value < least || value > most)
                return wrong(key, *n, fmt::format("must be an integer from {} to {}", least, most));
            out = value;
        }
    }
    void read(const std::string& key, double& out, double least, double most) {
        if (const auto n = scalar(key)) {
            double value = 0;
            if (!number(*n, value, least, most))
                return wrong(key, *n, fmt::format("must be a number from {} to {}", least, most));
            out = value;
        }
    }
    void chance(const std::string& key, double& out) { read(key, out, 0, 1); }
    void read(const std::string& key, range& out, double least, double most) {
        const auto n = take(key);
        if (!n.IsDefined()) return;
        range r;
        const bool pair = n.IsSequence() && n.size() == 2;
        const bool good = pair ? number(n[0], r.least, least, most) && number(n[1], r.most, least, most)
                               : n.IsScalar() && number(n, r.least, least, most);
        if (!good)
            return wrong(key, n,
                         fmt::format("must be a number or [least, most], from {} to {}", least, most));
        if (!pair) r.most = r.least;
        if (r.least > r.most) return wrong(key, n, "the second number must not be smaller than the first");
        out = r;
    }
    void seconds(const std::string& key, range& out) { read(key, out, 0, a_week); }
    template <class Enum>
    void choice(const std::string& key, Enum& out,
                std::initializer_list<std::pair<std::string_view, Enum>> choices) {
        const auto n = scalar(key);
        if (!n) return;
        std::string names;
        for (const auto& [name, value] : choices) {
            if (n->Scalar() == name) {
                out = value;
                return;
            }
            names += names.empty() ? "" : ", ";
            names += name;
        }
        wrong(key, *n, "must be one of " + names);
    }
    void texts(const std::string& key, std::vector<std::string>& out, std::size_t most) {
        const auto n = take(key);
        if (!n.IsDefined()) return;
        if (!n.IsSequence() || n.size() == 0) return wrong(key, n, "must be a list with at least one entry");
        std::vector<std::string> read;
        for (const auto& item : n) {
            if (!item.IsScalar() || item.Scalar().empty() || item.Scalar().size() > most)
                return wrong(key, item, fmt::format("each entry is a text of 1 to {} characters", most));
            read.push_back(item.Scalar());
        }
        out = std::move(read);
    }
    // Every pair of a mapping from text to text; `take_pair` returns what is wrong with it.
    void pairs(const std::string& key,
               const std::function<std::string(const std::string&, const std::string&)>& take_pair) {
        const auto n = take(key);
        if (!n.IsDefined()) return;
        if (!n.IsMap()) return wrong(key, n, "must be a mapping of names to values");
        for (const auto& entry : n) {
            if (!entry.second.IsScalar()) {
                wrong(key, entry.second, "each value is a text or a number");
                continue;
            }
            const auto name = entry.first.as<std::string>();
            if (const auto what = take_pair(name, entry.second.Scalar()); !what.empty())
                complaints_.add(entry.first.Mark(), full(key) + "." + name, what);
        }
    }

    void finish() {
        if (absent()) return;
        for (const auto& entry : node_) {
            const auto key = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
            if (!known_.contains(key)) complaints_.add(entry.first.Mark(), full(key), "is no known key");
        }
    }

private:
    bool absent() const { return !node_.IsDefined() || node_.IsNull(); }
    std::string full(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
    YAML::Node take(const std::string& key) {
        known_.insert(key);
        if (absent()) return YAML::Node(YAML::NodeType::Undefined);
        const YAML::Node& readable = node_; // a mutable node would make the key
        return readable[key];
    }
    std::optional<YAML::Node> scalar(const std::string& key) {
        auto n = take(key);
        if (!n.IsDefined()) return std::nullopt;
        if (!n.IsScalar()) {
            wrong(key, n, "must be a single value");
            return std::nullopt;
        }
        return n;
    }
    static bool number(const YAML::Node& n, double& out, double least, double most) {
        return n.IsScalar() && YAML::convert<double>::decode(n, out) && std::isfinite(out) && out >= least &&
               out <= most;
    }
    void wrong(const std::string& key, const YAML::Node& at, std::string_view what) {
        complaints_.add(at.Mark(), full(key), what);
    }

    YAML::Node node_;
    std::string path_;
    complaints& complaints_;
    std::set<std::string> known_;
};

void read_station(section s, scenario::station_part& out) {
    s.read("vendor", out.vendor, 20);
    s.read("model", out.model, 20);
    s.read("firmware", out.firmware, 50);
    s.read("connectors", out.connectors, 1, max_connectors);
    s.choice("supply", out.dc, {{"ac", false}, {"dc", true}});
    s.read("phases", out.phases, 1, 3);
    s.read("voltage", out.voltage, 1, 1500);
    s.read("kw", out.kw, 0.1, 1000);
    s.seconds("restart", out.restart);
    s.choice("boots", out.boots,
             {{"connect", boot_habit::on_connect},
              {"restart", boot_habit::on_restart},
              {"never", boot_habit::none}});
    s.read("security_events", out.security_events);
    s.finish();
}

void read_sessions(section s, scenario::sessions_part& out) {
    s.read("spontaneous", out.spontaneous);
    s.seconds("pause", out.pause);
    s.seconds("tag_after", out.tag_after);
    s.seconds("plug_after", out.plug_after);
    s.seconds("length", out.length);
    s.seconds("unplug_after", out.unplug_after);
    s.chance("unknown_tag", out.unknown_tag);
    s.chance("by_cable", out.by_cable);
    s.chance("suspends", out.suspends);
    s.seconds("suspended", out.suspended);
    s.chance("no_show", out.no_show);
    s.chance("faults", out.faults);
    s.seconds("faulted", out.faulted);
    s.finish();
}

void read_cars(section s, scenario::cars_part& out) {
    s.read("battery_kwh", out.battery_kwh, 0.1, 2000);
    s.read("soc", out.soc, 0, 100);
    s.read("kw", out.kw, 0.1, 2000);
    s.finish();
}

void read_network(section s, scenario::network_part& out) {
    s.read("connect_within", out.connect_within, 0, a_week);
    s.read("reconnect", out.reconnect, 0.01, a_week);
    s.chance("jitter", out.jitter);
    auto outages = s.sub("outages");
    outages.seconds("every", out.outages.every);
    outages.seconds("lasting", out.outages.lasting);
    outages.read("together", out.outages.together);
    outages.choice(
        "kind", out.outages.kind,
        {{"cut", outage_kind::cut}, {"close", outage_kind::close}, {"half_open", outage_kind::half_open}});
    outages.finish();
    s.finish();
}

void read_misbehaviour(section s, scenario::misbehaviour_part& out) {
    s.chance("kwh_units", out.kwh_units);
    s.chance("number_values", out.number_values);
    s.chance("no_clock", out.no_clock);
    s.chance("wrong_clock", out.wrong_clock);
    s.read("clock_error", out.clock_error, -a_week * 1000, a_week * 1000);
    s.chance("status_flood", out.status_flood);
    s.read("flood_every", out.flood_every, 0.01, a_week);
    s.chance("repeated_start", out.repeated_start);
    s.chance("repeated_stop", out.repeated_stop);
    s.chance("missing_stop", out.missing_stop);
    s.chance("missing_id", out.missing_id);
    s.chance("late_values", out.late_values);
    s.chance("meter_reset", out.meter_reset);
    s.chance("broken_frames", out.broken_frames);
    s.chance("unanswered_commands", out.unanswered_commands);
    s.finish();
}

void read_all(const YAML::Node& root, scenario& out, complaints& c) {
    section s(root, {}, c);
    read_station(s.sub("station"), out.station);
    s.pairs("configuration", [&out](const std::string& key, const std::string& value) -> std::string {
        if (const auto what = configuration::check_factory_value(key, value); !what.empty()) return what;
        out.configuration.emplace_back(key, value);
        return {};
    });
    s.texts("tags", out.tags, max_tag_characters);
    read_sessions(s.sub("sessions"), out.sessions);
    read_cars(s.sub("cars"), out.cars);
    read_network(s.sub("network"), out.network);
    read_misbehaviour(s.sub("misbehaviour"), out.misbehaviour);
    s.choice("at_end", out.at_end,
             {{"stop", ending::stop}, {"close", ending::close}, {"vanish", ending::vanish}});
    s.finish();
}

} // namespace

scenario_file read_scenario(std::string_view text, std::string_view name) {
    scenario_file file;
    complaints c(name, file.errors);
    try {
        read_all(YAML::Load(std::string(text)), file.value, c);
    } catch (const YAML::Exception& e) {
        c.add(e.mark, {}, "is no YAML: " + e.msg);
    }
    return file;
}

scenario_file load_scenario(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) {
        scenario_file file;
        file.errors.push_back(path + ": cannot be read");
        return file;
    }
    return read_scenario(text.str(), std::filesystem::path(path).filename().string());
}

} // namespace voltlane::simulator
