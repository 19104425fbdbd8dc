#include "shared/kafka/client.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/errors.hpp"
#include "shared/kafka/on_thread.hpp"

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {

std::shared_ptr<rd_kafka_s> make_shared_consumer(conf&& settings) {
    std::shared_ptr<rd_kafka_s> client = std::move(settings).make_consumer();
    rd_kafka_poll_set_consumer(client.get());
    return client;
}

result<std::map<std::string, std::int32_t, std::less<>>>
partition_counts(rd_kafka_s& client, const std::vector<std::string>& topics, async::steady_point deadline) {
    std::map<std::string, std::int32_t, std::less<>> counts;
    for (const auto& topic : topics) {
        const topic_holder handle(rd_kafka_topic_new(&client, topic.c_str(), nullptr));
        if (!handle) return errc::invalid_input;
        const rd_kafka_metadata_t* found = nullptr;
        const auto rc = rd_kafka_metadata(&client, 0, handle.get(), &found, milliseconds_until(deadline));
        if (rc != RD_KAFKA_RESP_ERR_NO_ERROR) return errc::unavailable;
        error_code wrong =
            found->topic_cnt == 1 ? to_error(found->topics[0].err) : error_code(errc::not_found);
        if (!wrong && found->topics[0].partition_cnt == 0) wrong = errc::unavailable;
        if (!wrong) counts[topic] = found->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(found);
        if (wrong) {
            log::get("kafka")->warn("topic {}: {}", topic, wrong.message());
            return wrong;
        }
    }
    return counts;
}

list_holder make_list(const std::map<topic_partition, std::int64_t>& places) {
    list_holder list(rd_kafka_topic_partition_list_new(static_cast<int>(places.size())));
    for (const auto& [where, offset] : places)
        rd_kafka_topic_partition_list_add(list.get(), where.topic.c_str(), where.partition)->offset = offset;
    return list;
}

result<std::map<topic_partition, std::int64_t>>
resolve_offsets(rd_kafka_s& client, const std::map<topic_partition, std::int64_t>& where,
                async::steady_point deadline) {
    std::map<topic_partition, std::int64_t> found;
    if (where.empty()) return found;
    // One request per broker. The times' special values -1 and -2 are the protocol's own and pass through.
    const auto list = make_list(where);
    const auto rc = rd_kafka_offsets_for_times(&client, list.get(), milliseconds_until(deadline));
    if (rc != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(rc);
    std::map<topic_partition, std::int64_t> late; // times after the last record
    for (int i = 0; i < list->cnt; ++i) {
        const auto& e = list->elems[i];
        if (e.err != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(e.err);
        topic_partition at{e.topic, e.partition};
        if (e.offset >= 0)
            found.emplace(std::move(at), e.offset);
        else if (const auto asked = where.find(at); asked != where.end() && asked->second >= 0)
            late.emplace(std::move(at), log_end);
        else
            return errc::unavailable;
    }
    if (!late.empty()) {
        auto ends = resolve_offsets(client, late, deadline);
        if (!ends) return ends.error();
        found.merge(*ends);
    }
    return found;
}

async::awaitable<bool> close_consumer(std::shared_ptr<rd_kafka_s> client, async::steady_point deadline) {
    if (!client) co_return true;
    auto close = [owned = std::move(client)]() mutable {
        rd_kafka_consumer_close(owned.get());
        owned.reset();
        return true;
    };
    const auto closed = co_await on_thread(std::move(close), deadline);
    if (!closed) log::get("kafka")->error("a consumer did not close in time and was abandoned");
    co_return closed.has_value();
}

} // namespace voltlane::kafka
