#pragma once

#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/kafka/holders.hpp"
#include "shared/kafka/record_batch.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace voltlane::kafka {

// What readers, group consumers and admin ask of a client. The functions block: never on a reactor thread.

// The client of a consumer, shared with helper threads. Its last holder blocks: let that be a helper thread.
std::shared_ptr<rd_kafka_s> make_shared_consumer(conf&& settings);

// Partition count per topic. not_found: one of them does not exist.
result<std::map<std::string, std::int32_t, std::less<>>>
partition_counts(rd_kafka_s& client, const std::vector<std::string>& topics, async::steady_point deadline);

inline constexpr std::int64_t log_beginning = -2; // as the protocol spells them
inline constexpr std::int64_t log_end = -1;

// For each place whose value is log_beginning, log_end or a time (milliseconds since 1970): the offset there.
// A time later than all records gives the end. With read_committed the end is that of the committed records.
result<std::map<topic_partition, std::int64_t>>
resolve_offsets(rd_kafka_s& client, const std::map<topic_partition, std::int64_t>& where,
                async::steady_point deadline);

// librdkafka's list of these; the value is the offset.
list_holder make_list(const std::map<topic_partition, std::int64_t>& places);

// Closes a consumer and destroys it on a helper thread. False: it hung (librdkafka < 2.1.0) and was
// abandoned.
async::awaitable<bool> close_consumer(std::shared_ptr<rd_kafka_s> client, async::steady_point deadline);

} // namespace voltlane::kafka
