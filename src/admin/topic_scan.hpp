#pragma once

#include "shared/kafka/conf.hpp"
#include "shared/kafka/record_batch.hpp"

#include <functional>
#include <string>

namespace voltlane::admin {

// Reads a topic from its beginning to its end as of now, committed records only, and calls `visit` for each.
// Blocks; throws failure (a topic that does not exist, no answer within a minute without progress).
void scan_topic(const kafka::client_settings& client, const std::string& topic,
                const std::function<void(const kafka::record_view&)>& visit);

} // namespace voltlane::admin
