#pragma once

#include "gateway/metrics.hpp"
#include "shared/base/time.hpp"
#include "shared/events/command.hpp"
#include "shared/kafka/publisher.hpp"

namespace voltlane::gateway {

struct shard_settings;

// A command whose connection is not here: the accepting API pod may route it once more.
void report_undeliverable(kafka::publisher& publisher, const shard_settings& settings,
                          const events::command& c, timestamp now, gateway_metrics& metrics);

} // namespace voltlane::gateway
