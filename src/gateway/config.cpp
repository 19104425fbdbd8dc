#include "gateway/config.hpp"

#include "shared/base/log.hpp"
#include "shared/base/sealed.hpp"
#include "shared/kafka/partitioner.hpp"

namespace voltlane::gateway {
namespace {

std::string check_name(std::string_view name) {
    const auto allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (name.empty() || name.size() > 63 || name.find_first_not_of(allowed) != std::string_view::npos)
        return "1 to 63 letters, digits, '-' or '_' expected";
    return {};
}

} // namespace

void add_options(options& o, config& c) {
    o.add("kafka", c.kafka, "Kafka brokers, host:port[,host:port]");
    o.require("kafka");
    o.add("gateway-listen", c.gateway_listen, "where chargers connect", check_host_port);
    o.add("admin-listen", c.admin_listen, "/livez, /readyz, /metrics", check_host_port);
    o.add("instance", c.instance, "name of this gateway, unique in the fleet", check_name);
    o.add("ordinal", c.ordinal,
          "number of this gateway (a StatefulSet's), chooses its partition of ocpp.commands; "
          "-1: a hash of the name does",
          -1, 1'000'000);
    o.add("log-frames", c.log_frames, "log every frame, command, start and status for people");
    o.add_secret("command-key", c.command_key,
                 "64 hex digits, opens the sealed params of commands; the API's is the same",
                 check_sealing_key);
    o.add("threads", c.threads, "threads; 0: one per core", 0, 256);
    o.add("log-level", c.log_level, "trace, debug, info, warn or error", log::check_level);
    o.add("log-format", c.log_format, "auto, text or json", log::check_format);
    o.add("max-connections", c.max_connections, "chargers connected at once; more get 503", 1, 10'000'000);
    o.add("calls-per-second", c.calls_per_second, "calls of one charger; beyond that reading is delayed", 1,
          1'000'000);
    o.add("heartbeat-seconds", c.heartbeat_seconds, "interval that accepted chargers are told", 1, 86'400);
    o.add("ping-seconds", c.ping_seconds, "silence before the server pings; 0: never", 0, 3'600);
    o.add("pong-required", c.pong_required, "close connections that stay silent after a ping");
    o.add("linger-ms", c.linger_ms, "how long the producer waits to batch", 0, 100);
}

std::int32_t command_partition(const config& c) {
    if (c.ordinal >= 0) return static_cast<std::int32_t>(c.ordinal % command_partitions);
    return kafka::partition_of(c.instance, command_partitions);
}

} // namespace voltlane::gateway
