#include "admin/topics_plan.hpp"

namespace voltlane::admin {
namespace {

// With fewer, two copies of each record cannot be demanded while one broker is away.
constexpr std::int32_t safe_replication = 3;

std::string text_of(const std::map<std::string, std::string>& configs, const std::string& name) {
    const auto found = configs.find(name);
    return found == configs.end() ? "(default)" : found->second;
}

// "retention.ms 1000 -> 2000, segment.ms (default) -> 5"; empty: they are the same.
std::string config_differences(const std::map<std::string, std::string>& now,
                               const std::map<std::string, std::string>& wanted) {
    auto names = now;
    names.insert(wanted.begin(), wanted.end());
    std::string out;
    for (const auto& [name, ignored] : names) {
        const auto from = text_of(now, name);
        const auto to = text_of(wanted, name);
        if (from == to) continue;
        if (!out.empty()) out += ", ";
        out += name + ' ' + from + " -> " + to;
    }
    return out;
}

std::string shape(const kafka::topic_layout& l) {
    return std::to_string(l.partitions) + " partitions, replication " + std::to_string(l.replication);
}

void plan_missing(const kafka::topic_layout& wanted, const topic_state& state,
                  std::vector<topic_change>& out) {
    if (!state.generation) {
        out.push_back({wanted.name, topic_action::create, "create: " + shape(wanted), wanted});
        return;
    }
    out.push_back({wanted.name, topic_action::recreate,
                   "the log of generation " + std::to_string(*state.generation) +
                       " is gone: create generation " + std::to_string(*state.generation + 1) + ", " +
                       shape(wanted),
                   wanted});
}

void plan_present(const kafka::topic_declaration& d, const kafka::topic_layout& wanted,
                  const topic_state& state, std::vector<topic_change>& out) {
    const auto& now = *state.layout;
    if (now.partitions != wanted.partitions) {
        out.push_back({d.name, topic_action::repartition,
                       "has " + std::to_string(now.partitions) + " partitions and shall have " +
                           std::to_string(wanted.partitions) + ": the count is fixed for a topic's life",
                       wanted});
        return;
    }
    if (now.replication != wanted.replication)
        out.push_back({d.name, topic_action::replicate,
                       "has replication " + std::to_string(now.replication) + " and shall have " +
                           std::to_string(wanted.replication) + ": reassign its partitions",
                       wanted});
    // By the replicas that are there: two in sync can never be had from one.
    const auto reachable = wanted_layout(d, now.replication);
    if (const auto differences = config_differences(now.configs, reachable.configs); !differences.empty())
        out.push_back({d.name, topic_action::configure, "configure: " + differences, reachable});
    if (!state.generation)
        out.push_back({d.name, topic_action::adopt, "note its log as generation 1", reachable});
}

} // namespace

bool matters(topic_action a) noexcept {
    return a != topic_action::replicate && a != topic_action::undeclared;
}

kafka::topic_layout wanted_layout(const kafka::topic_declaration& d, std::int32_t replication) {
    kafka::topic_layout out{d.name, d.partitions, replication, d.configs};
    if (replication >= safe_replication) {
        out.configs["min.insync.replicas"] = "2";
        out.configs["unclean.leader.election.enable"] = "false";
    }
    return out;
}

std::vector<topic_change> plan_topics(const std::vector<kafka::topic_declaration>& declared,
                                      const std::map<std::string, topic_state>& states,
                                      std::int32_t replication) {
    std::vector<topic_change> out;
    auto others = states;
    for (const auto& d : declared) {
        const auto wanted = wanted_layout(d, replication);
        const auto found = states.find(d.name);
        const auto state = found == states.end() ? topic_state{} : found->second;
        others.erase(d.name);
        if (state.layout)
            plan_present(d, wanted, state, out);
        else
            plan_missing(wanted, state, out);
    }
    for (const auto& [name, state] : others)
        if (state.layout)
            out.push_back({name, topic_action::undeclared, "is not declared: left alone", *state.layout});
    return out;
}

} // namespace voltlane::admin
