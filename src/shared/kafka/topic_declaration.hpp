#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::kafka {

// One file of topics/: what a topic is and who may use it.
struct topic_declaration {
    std::string name;
    std::string key; // for people: what the key is made of
    std::int32_t partitions = 0;
    enum class cleanup_policy { remove, compact } cleanup = cleanup_policy::remove;
    std::chrono::milliseconds retention{0}; // 0: no limit (compacted topics)
    std::vector<std::string> schema;        // names of the messages in asyncapi.yaml
    std::vector<std::string> producers;
    std::vector<std::string> readers;
    // As Kafka names them; retention.ms and cleanup.policy among them.
    std::map<std::string, std::string> configs;
};

// Reads one declaration; throws std::invalid_argument that names the file and every mistake in it.
topic_declaration parse_topic(std::string_view yaml, std::string_view file);
// Every *.yaml of the folder (asyncapi.yaml apart), by name: each declares the topic it is named after.
// Throws as above, also where the folder has none.
std::vector<topic_declaration> load_topics(const std::filesystem::path& folder);

// "7d", "12h", "30m", "45s", "500ms", "forever" (0); throws std::invalid_argument.
std::chrono::milliseconds parse_retention(std::string_view text);

} // namespace voltlane::kafka
