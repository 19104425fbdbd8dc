#pragma once

#include <cstdint>
#include <string>

namespace voltlane::admin {

// Options of voltlane-admin that all of its commands share; app.cpp names them, docs/configuration.md lists
// them.
struct config {
    std::string kafka = "127.0.0.1:9092";
    std::string database_url;
    std::int64_t topic_replication = 3;
    std::string topics_dir = "topics";
    std::string sql_dir = "sql";
    std::string log_level = "warn"; // commands say what they do by themselves
    std::string log_format = "auto";
};

} // namespace voltlane::admin
