#pragma once

#include "shared/kafka/conf.hpp"

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace voltlane::testing {

// librdkafka's mock cluster: for its fault injection only. It keeps no data worth the name (5 MiB a
// partition), knows no compaction, no fencing and no aborted transactions; those are tested against a real
// Kafka.
//
// Destroy clients before it.
class mock_kafka {
public:
    mock_kafka() {
        char words[256] = "";
        rd_kafka_conf_t* quiet = rd_kafka_conf_new(); // it talks to nobody
        rd_kafka_conf_set(quiet, "log_level", "0", words, sizeof words);
        host_ = rd_kafka_new(RD_KAFKA_PRODUCER, quiet, words, sizeof words);
        if (!host_) throw std::runtime_error(words);
        cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    }
    ~mock_kafka() {
        rd_kafka_mock_cluster_destroy(cluster_);
        rd_kafka_destroy(host_);
    }
    mock_kafka(const mock_kafka&) = delete;
    mock_kafka& operator=(const mock_kafka&) = delete;

    kafka::client_settings client(const std::string& id = "test") const {
        return {
            rd_kafka_mock_cluster_bootstraps(cluster_),
            id,
            {{"reconnect.backoff.ms", "10"}, {"reconnect.backoff.max.ms", "50"}, {"retry.backoff.ms", "10"}}};
    }
    // An empty fetch of this broker answers only after the full fetch.wait.max.ms.
    kafka::client_settings consumer(const std::string& id = "test") const {
        return {rd_kafka_mock_cluster_bootstraps(cluster_),
                id,
                {{"fetch.wait.max.ms", "10"},
                 {"reconnect.backoff.ms", "10"},
                 {"reconnect.backoff.max.ms", "50"}}};
    }

    void create_topic(const std::string& name, int partitions) {
        rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
    }
    // The next produce requests are answered with these, in order; __TRANSPORT drops the connection instead.
    void fail_produce(std::initializer_list<rd_kafka_resp_err_t> codes) { fail(api_produce, codes); }
    // The first producer ids are refused: an idempotent producer cannot send until it has one.
    void fail_producer_ids(std::initializer_list<rd_kafka_resp_err_t> codes) {
        fail(api_init_producer_id, codes);
    }
    // One produce request is written, and its answer lost after that time.
    void lose_produce_answer(int milliseconds) {
        rd_kafka_mock_broker_push_request_error_rtts(cluster_, 1, api_produce, 1, RD_KAFKA_RESP_ERR_NO_ERROR,
                                                     milliseconds);
    }
    void round_trip(int milliseconds) { rd_kafka_mock_broker_set_rtt(cluster_, 1, milliseconds); }
    void broker_down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
    void broker_up() { rd_kafka_mock_broker_set_up(cluster_, 1); }

private:
    static constexpr std::int16_t api_produce = 0;
    static constexpr std::int16_t api_init_producer_id = 22;

    void fail(std::int16_t api, std::initializer_list<rd_kafka_resp_err_t> codes) {
        rd_kafka_mock_push_request_errors_array(cluster_, api, codes.size(), codes.begin());
    }

    rd_kafka_t* host_ = nullptr;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

} // namespace voltlane::testing
