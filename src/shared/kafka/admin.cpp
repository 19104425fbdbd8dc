#include "shared/kafka/admin.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/client.hpp"
#include "shared/kafka/errors.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::chrono::milliseconds propagation_poll{50};

template <auto Destroy>
struct destroy_with {
    template <class T>
    void operator()(T* p) const noexcept {
        Destroy(p);
    }
};
using options_holder = std::unique_ptr<rd_kafka_AdminOptions_t, destroy_with<rd_kafka_AdminOptions_destroy>>;
using new_topic_holder = std::unique_ptr<rd_kafka_NewTopic_t, destroy_with<rd_kafka_NewTopic_destroy>>;
using delete_topic_holder =
    std::unique_ptr<rd_kafka_DeleteTopic_t, destroy_with<rd_kafka_DeleteTopic_destroy>>;
using resource_holder =
    std::unique_ptr<rd_kafka_ConfigResource_t, destroy_with<rd_kafka_ConfigResource_destroy>>;

struct metadata_delete {
    void operator()(const rd_kafka_metadata_t* m) const noexcept { rd_kafka_metadata_destroy(m); }
};
using metadata_holder = std::unique_ptr<const rd_kafka_metadata_t, metadata_delete>;

options_holder options_for(rd_kafka_t* client, rd_kafka_admin_op_t operation,
                           std::chrono::milliseconds patience) {
    options_holder o(rd_kafka_AdminOptions_new(client, operation));
    std::array<char, 256> words{};
    const auto ms = static_cast<int>(patience.count());
    rd_kafka_AdminOptions_set_request_timeout(o.get(), ms, words.data(), words.size());
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS)
        rd_kafka_AdminOptions_set_operation_timeout(o.get(), ms, words.data(), words.size());
    return o;
}

// Waits for the answer to what `send` puts on its way.
template <class Send>
event_holder ask(rd_kafka_t* client, std::chrono::milliseconds patience, Send send) {
    const queue_holder answers(rd_kafka_queue_new(client));
    send(answers.get());
    // The request's own time-out comes first; the margin only makes sure that it does.
    return event_holder(rd_kafka_queue_poll(answers.get(), static_cast<int>(patience.count()) + 1'000));
}

// What the broker says of the one topic that was asked for.
const rd_kafka_topic_result_t* only(const rd_kafka_topic_result_t** results, std::size_t count) {
    return count == 1 ? results[0] : nullptr;
}

} // namespace

admin::admin(const client_settings& client, std::chrono::milliseconds patience) : patience_(patience) {
    conf c(client);
    c.extra(client);
    client_ = std::move(c).make_producer();
}

admin::~admin() = default;

error_code admin::failed(int kafka_error, std::string_view doing, std::string_view said) {
    what_ = fmt::format("{}: {}", doing, said);
    log::get("kafka")->info("admin: {}", what_);
    const error_code code = to_error(kafka_error);
    return code ? code : error_code(errc::unavailable);
}

result<std::vector<std::string>> admin::list() {
    const rd_kafka_metadata_t* raw = nullptr;
    const auto rc = rd_kafka_metadata(client_.get(), 1, nullptr, &raw, static_cast<int>(patience_.count()));
    if (rc != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(rc, "list topics", rd_kafka_err2str(rc));
    const metadata_holder found(raw);
    std::vector<std::string> names;
    for (int i = 0; i < found->topic_cnt; ++i)
        if (const std::string_view name = found->topics[i].topic; !name.starts_with("__"))
            names.emplace_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

result<std::int32_t> admin::brokers() {
    const rd_kafka_metadata_t* raw = nullptr;
    const auto rc = rd_kafka_metadata(client_.get(), 0, nullptr, &raw, static_cast<int>(patience_.count()));
    if (rc != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(rc, "ask for brokers", rd_kafka_err2str(rc));
    return metadata_holder(raw)->broker_cnt;
}

result<topic_layout> admin::describe(const std::string& topic) {
    topic_layout layout{.name = topic};
    {
        const topic_holder handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
        const rd_kafka_metadata_t* raw = nullptr;
        const auto rc =
            rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, static_cast<int>(patience_.count()));
        if (rc != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(rc, "describe " + topic, rd_kafka_err2str(rc));
        const metadata_holder found(raw);
        if (found->topic_cnt != 1)
            return failed(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "describe " + topic, "not there");
        if (const auto e = found->topics[0].err; e != RD_KAFKA_RESP_ERR_NO_ERROR)
            return failed(e, "describe " + topic, rd_kafka_err2str(e));
        layout.partitions = found->topics[0].partition_cnt;
        layout.replication = layout.partitions > 0 ? found->topics[0].partitions[0].replica_cnt : 0;
    }
    const resource_holder resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    rd_kafka_ConfigResource_t* resources[] = {resource.get()};
    const auto options = options_for(client_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, patience_);
    const auto event = ask(client_.get(), patience_, [&](rd_kafka_queue_t* q) {
        rd_kafka_DescribeConfigs(client_.get(), resources, 1, options.get(), q);
    });
    if (!event) return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, "describe " + topic, "no answer");
    if (const auto e = rd_kafka_event_error(event.get()); e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return failed(e, "describe " + topic, rd_kafka_event_error_string(event.get()));
    std::size_t count = 0;
    const auto* answer = rd_kafka_event_DescribeConfigs_result(event.get());
    const auto* const* described = rd_kafka_DescribeConfigs_result_resources(answer, &count);
    for (std::size_t r = 0; r < count; ++r) {
        if (const auto e = rd_kafka_ConfigResource_error(described[r]); e != RD_KAFKA_RESP_ERR_NO_ERROR)
            return failed(e, "describe " + topic, rd_kafka_ConfigResource_error_string(described[r]));
        std::size_t entries = 0;
        const auto* const* all = rd_kafka_ConfigResource_configs(described[r], &entries);
        for (std::size_t i = 0; i < entries; ++i) {
            const char* value = rd_kafka_ConfigEntry_value(all[i]);
            if (value && rd_kafka_ConfigEntry_source(all[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
                layout.configs.emplace(rd_kafka_ConfigEntry_name(all[i]), value);
        }
    }
    return layout;
}

error_code admin::ask_to_create(const topic_layout& topic, bool only_validate) {
    const std::string doing = "create " + topic.name;
    std::array<char, 512> words{};
    const new_topic_holder wanted(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                                        topic.replication, words.data(), words.size()));
    if (!wanted) return failed(RD_KAFKA_RESP_ERR__INVALID_ARG, doing, words.data());
    for (const auto& [name, value] : topic.configs)
        rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
    rd_kafka_NewTopic_t* topics[] = {wanted.get()};
    const auto options = options_for(client_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, patience_);
    if (only_validate) rd_kafka_AdminOptions_set_validate_only(options.get(), 1, words.data(), words.size());
    const auto event = ask(client_.get(), patience_, [&](rd_kafka_queue_t* q) {
        rd_kafka_CreateTopics(client_.get(), topics, 1, options.get(), q);
    });
    if (!event) return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, "no answer");
    if (const auto e = rd_kafka_event_error(event.get()); e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return failed(e, doing, rd_kafka_event_error_string(event.get()));
    std::size_t count = 0;
    const auto* answer = only(
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count), count);
    if (!answer) return failed(RD_KAFKA_RESP_ERR__BAD_MSG, doing, "no result");
    if (const auto e = rd_kafka_topic_result_error(answer); e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return failed(e, doing, rd_kafka_topic_result_error_string(answer));
    return {};
}

error_code admin::validate(const topic_layout& topic) {
    return ask_to_create(topic, true);
}

error_code admin::create(const topic_layout& topic) {
    const std::string doing = "create " + topic.name;
    if (const auto ec = ask_to_create(topic, false)) return ec;

    // Created is not yet usable: wait until every partition has a leader.
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    for (;;) {
        const topic_holder handle(rd_kafka_topic_new(client_.get(), topic.name.c_str(), nullptr));
        const rd_kafka_metadata_t* raw = nullptr;
        const auto rc =
            rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, static_cast<int>(patience_.count()));
        if (rc == RD_KAFKA_RESP_ERR_NO_ERROR) {
            const metadata_holder found(raw);
            const auto* t = found->topic_cnt == 1 ? &found->topics[0] : nullptr;
            if (t && t->partition_cnt == topic.partitions &&
                std::all_of(t->partitions, t->partitions + t->partition_cnt,
                            [](const auto& p) { return p.leader >= 0; }))
                return {};
        }
        if (std::chrono::steady_clock::now() >= deadline)
            return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, "it has no leaders yet");
        std::this_thread::sleep_for(propagation_poll);
    }
}

error_code admin::alter_configs(const std::string& topic, const std::map<std::string, std::string>& configs) {
    const std::string doing = "alter " + topic;
    const resource_holder resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    for (const auto& [name, value] : configs)
        rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
    rd_kafka_ConfigResource_t* resources[] = {resource.get()};
    const auto options = options_for(client_.get(), RD_KAFKA_ADMIN_OP_ALTERCONFIGS, patience_);
    const auto event = ask(client_.get(), patience_, [&](rd_kafka_queue_t* q) {
        rd_kafka_AlterConfigs(client_.get(), resources, 1, options.get(), q);
    });
    if (!event) return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, "no answer");
    if (const auto e = rd_kafka_event_error(event.get()); e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return failed(e, doing, rd_kafka_event_error_string(event.get()));
    std::size_t count = 0;
    const auto* const* altered =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event.get()), &count);
    for (std::size_t r = 0; r < count; ++r)
        if (const auto e = rd_kafka_ConfigResource_error(altered[r]); e != RD_KAFKA_RESP_ERR_NO_ERROR)
            return failed(e, doing, rd_kafka_ConfigResource_error_string(altered[r]));
    // A broker learns of it a moment later; who asks next shall see it.
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    for (;;) {
        const auto now = describe(topic);
        if (!now) return now.error();
        if (now->configs == configs) return {};
        if (std::chrono::steady_clock::now() >= deadline)
            return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, "not visible yet");
        std::this_thread::sleep_for(propagation_poll);
    }
}

error_code admin::remove(const std::string& topic) {
    const std::string doing = "delete " + topic;
    const delete_topic_holder wanted(rd_kafka_DeleteTopic_new(topic.c_str()));
    rd_kafka_DeleteTopic_t* topics[] = {wanted.get()};
    const auto options = options_for(client_.get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, patience_);
    const auto event = ask(client_.get(), patience_, [&](rd_kafka_queue_t* q) {
        rd_kafka_DeleteTopics(client_.get(), topics, 1, options.get(), q);
    });
    if (!event) return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, "no answer");
    if (const auto e = rd_kafka_event_error(event.get()); e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return failed(e, doing, rd_kafka_event_error_string(event.get()));
    std::size_t count = 0;
    const auto* answer = only(
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count), count);
    if (!answer) return failed(RD_KAFKA_RESP_ERR__BAD_MSG, doing, "no result");
    if (const auto e = rd_kafka_topic_result_error(answer); e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return failed(e, doing, rd_kafka_topic_result_error_string(answer));
    return {};
}

result<std::vector<watermarks>> admin::offsets(const std::string& topic) {
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    const auto counts = partition_counts(*client_, {topic}, deadline);
    if (!counts) return failed(0, "offsets of " + topic, counts.error().message()), counts.error();
    std::map<topic_partition, std::int64_t> lows, highs;
    for (std::int32_t p = 0; p < counts->at(topic); ++p) {
        lows[{topic, p}] = log_beginning;
        highs[{topic, p}] = log_end;
    }
    const auto low = resolve_offsets(*client_, lows, deadline);
    const auto high = resolve_offsets(*client_, highs, deadline);
    if (!low) return low.error();
    if (!high) return high.error();
    std::vector<watermarks> all;
    for (const auto& [at, offset] : *low)
        all.push_back({at.partition, offset, high->at(at)});
    return all;
}

} // namespace voltlane::kafka
