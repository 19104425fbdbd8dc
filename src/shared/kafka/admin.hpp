#pragma once

#include "shared/base/errors.hpp"
#include "shared/kafka/conf.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::kafka {

struct topic_layout {
    std::string name;
    std::int32_t partitions = 1;
    std::int32_t replication = 1;
    std::map<std::string, std::string> configs; // describe(): those set on the topic itself, no defaults

    bool operator==(const topic_layout&) const = default;
};

struct watermarks {
    std::int32_t partition = 0;
    std::int64_t low = 0;  // first offset
    std::int64_t high = 0; // the offset that the next record gets
};

// Topics and their configuration. Every call blocks up to `patience`: never on a reactor thread. One thread
// at a time.
//
// Errors: unavailable (no broker answered), not_found, conflict (exists already), invalid_input (the broker
// refuses the layout), timed_out. What the broker said is logged and in what().
class admin {
public:
    explicit admin(const client_settings& client,
                   std::chrono::milliseconds patience = std::chrono::seconds(15));
    ~admin();
    admin(const admin&) = delete;
    admin& operator=(const admin&) = delete;

    result<std::vector<std::string>> list(); // without Kafka's internal ones
    result<topic_layout> describe(const std::string& topic);
    // Whether create() would work, nothing done. The controller answers, so that conflict (it exists) is
    // certain also where list() and describe() asked a broker that has not heard of the topic yet.
    error_code validate(const topic_layout& topic);
    // Returns when the topic is known and has leaders.
    error_code create(const topic_layout& topic);
    // Sets exactly these: a config of the topic that is not named goes back to the broker's default.
    error_code alter_configs(const std::string& topic, const std::map<std::string, std::string>& configs);
    error_code remove(const std::string& topic);
    result<std::int32_t> brokers();
    result<std::vector<watermarks>> offsets(const std::string& topic);

    const std::string& what() const noexcept { return what_; } // of the last failed call

private:
    error_code ask_to_create(const topic_layout& topic, bool only_validate);
    error_code failed(int kafka_error, std::string_view doing, std::string_view said);
    std::chrono::milliseconds patience_;
    client_holder client_;
    std::string what_;
};

} // namespace voltlane::kafka
