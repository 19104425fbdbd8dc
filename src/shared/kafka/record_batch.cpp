#include "shared/kafka/record_batch.hpp"

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {

record_view::record_view(const rd_kafka_message_s& message) noexcept
    : message_(&message)
    , topic_(rd_kafka_topic_name(message.rkt))
    , key_(static_cast<const char*>(message.key), message.key ? message.key_len : 0)
    , value_(static_cast<const char*>(message.payload), message.payload ? message.len : 0)
    , offset_(message.offset)
    , partition_(message.partition)
    , tombstone_(message.payload == nullptr) {}

std::int64_t record_view::timestamp_ms() const noexcept {
    return rd_kafka_message_timestamp(message_, nullptr);
}

std::optional<std::string_view> record_view::header(std::string_view name) const noexcept {
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(message_, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    std::optional<std::string_view> found;
    const char* key = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &key, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
        if (name == key) found = std::string_view(static_cast<const char*>(value), value ? size : 0);
    return found;
}

void record_batch::add(event_holder event, const rd_kafka_message_s& message) {
    records_.emplace_back(message);
    events_.push_back(std::move(event));
}

} // namespace voltlane::kafka
