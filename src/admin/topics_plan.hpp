#pragma once

#include "shared/kafka/admin.hpp"
#include "shared/kafka/topic_declaration.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What `topics apply` does to make Kafka look like topics/*.yaml: pure, so that its table is a test.
namespace voltlane::admin {

// What is there for one topic now.
struct topic_state {
    std::optional<kafka::topic_layout> layout; // none: Kafka has no such topic
    std::optional<std::int32_t> generation;    // none: no row in log_generations
};

enum class topic_action {
    create,      // new: its first generation
    recreate,    // the row is there and the log is not: it was lost; the generation is raised
    adopt,       // the log is there and the row is not (a new database): its first generation
    configure,   // configuration differs
    repartition, // refused: the partition is where a charger's history lies
    replicate,   // told only: moving replicas is the cluster's business
    undeclared,  // told only: a topic of somebody else
};

struct topic_change {
    std::string topic;
    topic_action action = topic_action::create;
    std::string text;           // for a person
    kafka::topic_layout layout; // as it shall be
};

// Differences only count where `apply` would act or refuse.
bool matters(topic_action a) noexcept;

// The layout that a declaration asks for with this replication. From three replicas on, an acknowledged
// record must be on two of them and no out-of-sync one may take over.
kafka::topic_layout wanted_layout(const kafka::topic_declaration& d, std::int32_t replication);

// In order of the declarations; `states` by topic name, undeclared ones included.
std::vector<topic_change> plan_topics(const std::vector<kafka::topic_declaration>& declared,
                                      const std::map<std::string, topic_state>& states,
                                      std::int32_t replication);

} // namespace voltlane::admin
