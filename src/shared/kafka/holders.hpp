#pragma once

#include <memory>

// librdkafka's types by their struct names, so that users of this folder need not parse rdkafka.h.
struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_topic_s;
struct rd_kafka_queue_s;
struct rd_kafka_op_s; // an event
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;
struct rd_kafka_error_s;

namespace voltlane::kafka {

struct holder_delete {
    // Blocks until librdkafka's threads have ended: never on a reactor thread (see on_thread.hpp).
    void operator()(rd_kafka_s* p) const noexcept;
    void operator()(rd_kafka_conf_s* p) const noexcept;
    void operator()(rd_kafka_topic_s* p) const noexcept;
    void operator()(rd_kafka_queue_s* p) const noexcept;
    void operator()(rd_kafka_op_s* p) const noexcept;
    void operator()(rd_kafka_topic_partition_list_s* p) const noexcept;
    void operator()(rd_kafka_error_s* p) const noexcept;
};

using client_holder = std::unique_ptr<rd_kafka_s, holder_delete>;
using conf_holder = std::unique_ptr<rd_kafka_conf_s, holder_delete>;
using topic_holder = std::unique_ptr<rd_kafka_topic_s, holder_delete>;
using queue_holder = std::unique_ptr<rd_kafka_queue_s, holder_delete>;
using event_holder = std::unique_ptr<rd_kafka_op_s, holder_delete>;
using list_holder = std::unique_ptr<rd_kafka_topic_partition_list_s, holder_delete>;
using error_holder = std::unique_ptr<rd_kafka_error_s, holder_delete>;

} // namespace voltlane::kafka
