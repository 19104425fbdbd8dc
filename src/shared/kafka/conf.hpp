#pragma once

#include "shared/kafka/holders.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voltlane::kafka {

// What every client of a process shares.
struct client_settings {
    std::string bootstrap; // host:port[,host:port]
    std::string client_id; // names this process in the broker's logs
    // librdkafka options by name, applied last: an operator's last resort, and how tests shorten waits.
    std::vector<std::pair<std::string, std::string>> extra;
};

// Bounds of one producer. Both queue bounds count what is not yet acknowledged: over either one, a
// publication is refused with errc::overloaded.
struct producer_settings {
    client_settings client;
    std::vector<std::string> topics;                   // all that will be published to
    std::chrono::milliseconds linger{3};               // batching against latency of an answered call
    std::chrono::milliseconds message_timeout{20'000}; // a charger waits for its answer about that long
    std::int32_t queue_kbytes = 128 * 1024;            // 128 MiB
    std::int32_t queue_messages = 400'000;
};

// A configuration under construction. set() throws std::invalid_argument with librdkafka's words and the
// option's name.
class conf {
public:
    conf();
    explicit conf(const client_settings& client); // addresses, client id, Nagle off, logs through our logger

    conf& set(std::string_view name, std::string_view value);
    conf& set(std::string_view name, std::int64_t value);
    conf& extra(const client_settings& client);
    conf& events(int mask); // RD_KAFKA_EVENT_*
    rd_kafka_conf_s* get() noexcept { return holder_.get(); }

    // Makes the client; throws std::runtime_error where librdkafka refuses.
    client_holder make_producer() &&;
    client_holder make_consumer() &&;

private:
    client_holder make(int type);
    conf_holder holder_;
};

// Idempotent, acks=all, lz4, murmur2_random: what every producer of ours is.
conf producer_conf(const producer_settings& settings);
// read_committed, no automatic commits, no automatic offset reset, partition ends reported, 16 MiB of
// prefetched records.
conf consumer_conf(const client_settings& client);

} // namespace voltlane::kafka
