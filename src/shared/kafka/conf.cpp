#include "shared/kafka/conf.hpp"

#include "shared/base/log.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::int64_t queued_kbytes =
    16 * 1024; // prefetched records of a consumer; then fetching pauses by itself
constexpr std::int64_t queued_records = 5'000; // per partition, below which librdkafka fetches on

// librdkafka's levels are syslog's. Called on its threads.
void write_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
    static const auto logger = log::get("kafka");
    const auto ours = level <= 3   ? spdlog::level::err
                      : level == 4 ? spdlog::level::warn
                      : level <= 6 ? spdlog::level::info
                                   : spdlog::level::debug;
    logger->log(ours, "{} {}: {}", client ? rd_kafka_name(client) : "librdkafka", facility, text);
}

} // namespace

conf::conf() : holder_(rd_kafka_conf_new()) {
    rd_kafka_conf_set_log_cb(holder_.get(), &write_log);
}

conf::conf(const client_settings& client) : conf() {
    if (client.bootstrap.empty()) throw std::invalid_argument("kafka: no bootstrap address given");
    set("bootstrap.servers", client.bootstrap);
    if (!client.client_id.empty()) set("client.id", client.client_id);
    set("socket.nagle.disable", "true"); // librdkafka's default since 2.10
    set("socket.keepalive.enable", "true");
    set("log.connection.close", "false"); // brokers close idle connections: no news
    set("reconnect.backoff.max.ms", 2'000);
}

conf& conf::set(std::string_view name, std::string_view value) {
    char words[512] = "";
    const std::string n(name), v(value);
    if (rd_kafka_conf_set(holder_.get(), n.c_str(), v.c_str(), words, sizeof words) != RD_KAFKA_CONF_OK)
        throw std::invalid_argument(fmt::format("kafka: option {}: {}", n, words));
    return *this;
}

conf& conf::set(std::string_view name, std::int64_t value) {
    return set(name, std::to_string(value));
}

conf& conf::extra(const client_settings& client) {
    for (const auto& [name, value] : client.extra)
        set(name, value);
    return *this;
}

conf& conf::events(int mask) {
    rd_kafka_conf_set_events(holder_.get(), mask);
    return *this;
}

client_holder conf::make(int type) {
    char words[512] = "";
    client_holder made(rd_kafka_new(static_cast<rd_kafka_type_t>(type), holder_.get(), words, sizeof words));
    if (!made) throw std::runtime_error(fmt::format("kafka: no client: {}", words));
    static_cast<void>(holder_.release()); // the client's now
    return made;
}

client_holder conf::make_producer() && {
    return make(RD_KAFKA_PRODUCER);
}
client_holder conf::make_consumer() && {
    return make(RD_KAFKA_CONSUMER);
}

conf producer_conf(const producer_settings& settings) {
    conf c(settings.client);
    c.set("enable.idempotence", "true").set("acks", "all").set("compression.type", "lz4");
    c.set("partitioner", "murmur2_random");
    c.set("linger.ms", settings.linger.count());
    c.set("message.timeout.ms", settings.message_timeout.count());
    c.set("queue.buffering.max.kbytes", settings.queue_kbytes);
    c.set("queue.buffering.max.messages", settings.queue_messages);
    c.extra(settings.client);
    return c;
}

conf consumer_conf(const client_settings& client) {
    conf c(client);
    c.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false");
    c.set("auto.offset.reset", "error"); // nothing moves an offset quietly
    c.set("isolation.level", "read_committed");
    c.set("queued.max.messages.kbytes", queued_kbytes).set("queued.min.messages", queued_records);
    return c;
}

} // namespace voltlane::kafka
