#pragma once

#include "shared/base/errors.hpp"

namespace voltlane::kafka {

// One table from librdkafka's codes (rd_kafka_resp_err_t) to ours; 0 is success.
//   too_large      the record exceeds what broker or client take
//   invalid_input  the broker refuses it for what it is: repeating fails again
//   not_found      topic, partition or offset do not exist
//   conflict       it exists already
//   fenced         a newer user of the transactional id or group instance exists
//   overloaded     queue full;  timed_out  the time-out passed
//   unavailable    everything else: brokers away, no leader, not enough replicas; may succeed later
error_code to_error(int kafka_error) noexcept;

// May repeating the publication unchanged succeed?
bool worth_repeating(error_code error) noexcept;

} // namespace voltlane::kafka
