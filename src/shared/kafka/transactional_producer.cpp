#include "shared/kafka/transactional_producer.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/errors.hpp"
#include "shared/kafka/on_thread.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::size_t waiting_calls = 2; // one at a time by contract
constexpr std::chrono::milliseconds abort_patience{5'000};
constexpr std::chrono::milliseconds settle_patience{1'000};

} // namespace

// Shared with the thread that blocks; the two alternate.
struct transactional_producer::state {
    transactional_settings settings;
    client_holder client;
    std::vector<topic_holder> topics;
    bool usable = false; // between init and the first error

    error_code make();
    error_code fail(rd_kafka_error_t* raw, const char* doing);
    error_code init(async::steady_point deadline);
    error_code commit(async::steady_point deadline);
    error_code abort(async::steady_point deadline);
};

error_code transactional_producer::state::make() {
    topics.clear();
    client.reset();
    conf c = producer_conf(settings.producer);
    c.set("transactional.id", settings.transactional_id);
    c.set("transaction.timeout.ms", settings.transaction_timeout.count());
    // A record must not be given up later than its transaction.
    const auto message_timeout = std::min(settings.producer.message_timeout, settings.transaction_timeout);
    c.set("message.timeout.ms", message_timeout.count());
    client = std::move(c).make_producer();
    for (const auto& name : settings.producer.topics)
        topics.emplace_back(rd_kafka_topic_new(client.get(), name.c_str(), nullptr));
    return {};
}

// Takes the error; what the table says, or unavailable for a transaction that must be aborted.
error_code transactional_producer::state::fail(rd_kafka_error_t* raw, const char* doing) {
    const error_holder error(raw);
    usable = false;
    auto code = to_error(rd_kafka_error_code(raw));
    char words[256] = "";
    if (rd_kafka_error_is_fatal(raw) != 0) {
        const auto cause = rd_kafka_fatal_error(client.get(), words, sizeof words);
        if (to_error(cause) == errc::fenced) code = errc::fenced;
    }
    if (code != errc::fenced && code != errc::timed_out) code = errc::unavailable;
    log::get("kafka")->warn("{}: {}: {}", settings.transactional_id, doing, rd_kafka_error_string(raw));
    return code;
}

error_code transactional_producer::state::init(async::steady_point deadline) {
    usable = false;
    if (const error_code e = make()) return e;
    for (;;) {
        rd_kafka_error_t* error = rd_kafka_init_transactions(client.get(), milliseconds_until(deadline));
        if (!error) break;
        if (rd_kafka_error_is_retriable(error) == 0 || std::chrono::steady_clock::now() >= deadline)
            return fail(error, "init");
        rd_kafka_error_destroy(error);
    }
    usable = true;
    return {};
}

error_code transactional_producer::state::commit(async::steady_point deadline) {
    for (;;) {
        rd_kafka_error_t* error = rd_kafka_commit_transaction(client.get(), milliseconds_until(deadline));
        if (!error) return {};
        if (rd_kafka_error_is_retriable(error) != 0 && std::chrono::steady_clock::now() < deadline) {
            rd_kafka_error_destroy(error);
            continue;
        }
        const bool abortable = rd_kafka_error_txn_requires_abort(error) != 0;
        const error_code code = fail(error, "commit");
        if (abortable && !abort(std::chrono::steady_clock::now() + abort_patience)) usable = true;
        return code;
    }
}

error_code transactional_producer::state::abort(async::steady_point deadline) {
    // Kafka 4.1 answers INVALID_TXN_STATE, fatal, where a partition of the transaction was just being added.
    rd_kafka_flush(client.get(), static_cast<int>(settle_patience.count()));
    for (;;) {
        rd_kafka_error_t* error = rd_kafka_abort_transaction(client.get(), milliseconds_until(deadline));
        if (!error) return {};
        if (rd_kafka_error_is_retriable(error) == 0 || std::chrono::steady_clock::now() >= deadline)
            return fail(error, "abort");
        rd_kafka_error_destroy(error);
    }
}

transactional_producer::transactional_producer(transactional_settings settings)
    : state_(std::make_shared<state>())
    , thread_(1, waiting_calls) {
    state_->settings = std::move(settings);
}

transactional_producer::~transactional_producer() {
    std::thread([owned = std::move(state_)] {}).detach(); // destroying a client blocks
}

topic_ref transactional_producer::topic(std::string_view name) const {
    const auto& topics = state_->settings.producer.topics;
    const auto found = std::find(topics.begin(), topics.end(), name);
    if (found == topics.end()) throw std::out_of_range("kafka: topic not registered: " + std::string(name));
    return {static_cast<std::uint16_t>(found - topics.begin())};
}

async::awaitable<error_code> transactional_producer::init(async::steady_point deadline) {
    auto work = [s = state_, deadline] {
        return s->init(deadline);
    };
    co_return co_await thread_.run(std::move(work), deadline);
}

error_code transactional_producer::begin() {
    if (!state_->usable) return errc::unavailable;
    if (rd_kafka_error_t* error = rd_kafka_begin_transaction(state_->client.get()))
        return state_->fail(error, "begin");
    return {};
}

error_code transactional_producer::produce(const record& r) {
    if (!state_->usable) return errc::unavailable;
    rd_kafka_headers_t* headers = nullptr;
    if (!r.headers.empty()) {
        headers = rd_kafka_headers_new(r.headers.size());
        for (const auto& h : r.headers)
            rd_kafka_header_add(headers, h.name.data(), static_cast<ssize_t>(h.name.size()), h.value.data(),
                                static_cast<ssize_t>(h.value.size()));
    }
    const char* value = r.value.data() ? r.value.data() : "";
    const auto rc = rd_kafka_producev(
        state_->client.get(), RD_KAFKA_V_RKT(state_->topics[r.topic.index].get()),
        RD_KAFKA_V_PARTITION(r.partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(r.key.data(), r.key.size()),
        RD_KAFKA_V_VALUE(r.tombstone ? nullptr : const_cast<char*>(value), r.tombstone ? 0 : r.value.size()),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (rc == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (headers) rd_kafka_headers_destroy(headers);
    const auto code = to_error(rc);
    if (code == errc::overloaded || code == errc::too_large || code == errc::invalid_input) return code;
    state_->usable = false;
    return code == errc::fenced ? code : error_code(errc::unavailable);
}

async::awaitable<error_code> transactional_producer::commit(async::steady_point deadline) {
    if (!state_->usable) co_return errc::unavailable;
    auto work = [s = state_, deadline] {
        return s->commit(deadline);
    };
    co_return co_await thread_.run(std::move(work), deadline);
}

async::awaitable<error_code> transactional_producer::abort(async::steady_point deadline) {
    if (!state_->client) co_return errc::unavailable;
    auto work = [s = state_, deadline] {
        return s->abort(deadline);
    };
    co_return co_await thread_.run(std::move(work), deadline);
}

} // namespace voltlane::kafka
