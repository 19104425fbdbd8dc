#include "gateway/replies.hpp"

#include "gateway/shard.hpp"
#include "shared/events/topics.hpp"

#include <array>

namespace voltlane::gateway {

void report_undeliverable(kafka::publisher& publisher, const shard_settings& settings,
                          const events::command& c, timestamp now, gateway_metrics& metrics) {
    metrics.commands_undeliverable.Increment();
    events::reply r;
    r.command = c;
    r.state = c.deadline <= now ? events::command_state::expired : events::command_state::undeliverable;
    r.gateway = settings.gateway;
    r.at = now;
    const auto value = encode(r);
    const auto key = to_string(c.key);
    const std::array<kafka::header_view, 2> headers{
        {{events::topic::header_version, "1"}, {events::topic::header_trace, c.id()}}};
    kafka::record record;
    record.topic = settings.topics.replies;
    record.key = key;
    record.value = value;
    record.headers = headers;
    publisher.publish_detached(record);
}

} // namespace voltlane::gateway
