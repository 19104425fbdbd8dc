#include "shared/kafka/producer_instance.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/errors.hpp"
#include "shared/kafka/on_thread.hpp"
#include "shared/kafka/producer.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::chrono::milliseconds straggler_pause{50};
constexpr std::chrono::seconds destroy_patience{10};
constexpr std::size_t most_headers =
    8; // event id, schema version, trace id and some to come; more: invalid_input

// A null pointer would be a tombstone.
void* payload(std::string_view text) {
    return const_cast<char*>(text.data() ? text.data() : "");
}

} // namespace

producer_instance::producer_instance(producer& owner, const producer_settings& settings, async::executor home)
    : owner_(owner)
    , home_(home) {
    conf c = producer_conf(settings);
    c.events(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    client_ = std::move(c).make_producer();
    for (const auto& name : settings.topics) {
        topics_.emplace_back(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
        if (!topics_.back()) throw std::invalid_argument("kafka: bad topic name " + name);
    }
    queue_ = std::make_unique<queue_watch>(queue_holder(rd_kafka_queue_get_main(client_.get())), home);
}

error_code producer_instance::enqueue(const record& r, delivery_waiter* waiter) {
    void* value = r.tombstone ? nullptr : payload(r.value);
    if (!r.headers.empty()) return enqueue_with_headers(r, waiter, value);
    const std::size_t size = r.tombstone ? 0 : r.value.size();
    const int rc = rd_kafka_produce(topics_[r.topic.index].get(), r.partition, RD_KAFKA_MSG_F_COPY, value,
                                    size, r.key.data(), r.key.size(), waiter);
    return rc == 0 ? error_code() : to_error(rd_kafka_last_error());
}

error_code producer_instance::enqueue_with_headers(const record& r, delivery_waiter* waiter, void* value) {
    if (r.headers.size() > most_headers) return errc::invalid_input;
    rd_kafka_headers_t* headers = rd_kafka_headers_new(r.headers.size());
    for (const auto& h : r.headers)
        rd_kafka_header_add(headers, h.name.data(), static_cast<ssize_t>(h.name.size()), payload(h.value),
                            static_cast<ssize_t>(h.value.size()));

    // Left unset on purpose: each is 72 bytes of padding for the most part.
    std::array<rd_kafka_vu_t, 7> fields; // NOLINT(cppcoreguidelines-pro-type-member-init)
    fields[0].vtype = RD_KAFKA_VTYPE_RKT;
    fields[0].u.rkt = topics_[r.topic.index].get();
    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[1].u.i32 = r.partition;
    fields[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[2].u.i = RD_KAFKA_MSG_F_COPY;
    fields[3].vtype = RD_KAFKA_VTYPE_VALUE;
    fields[3].u.mem = {value, r.tombstone ? 0 : r.value.size()};
    fields[4].vtype = RD_KAFKA_VTYPE_KEY;
    fields[4].u.mem = {const_cast<char*>(r.key.data()), r.key.size()};
    fields[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[5].u.ptr = waiter;
    fields[6].vtype = RD_KAFKA_VTYPE_HEADERS;
    fields[6].u.headers = headers;
    const error_holder refused(rd_kafka_produceva(client_.get(), fields.data(), fields.size()));
    if (!refused) return {};
    rd_kafka_headers_destroy(headers); // librdkafka's own only after success
    return to_error(rd_kafka_error_code(refused.get()));
}

std::size_t producer_instance::in_flight() const {
    return client_ ? static_cast<std::size_t>(rd_kafka_outq_len(client_.get())) : 0;
}

bool producer_instance::fatal() const {
    return rd_kafka_fatal_error(client_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

error_code producer_instance::fetch_metadata(async::steady_point deadline) {
    const rd_kafka_metadata_t* found = nullptr;
    const auto rc = rd_kafka_metadata(client_.get(), 0, nullptr, &found, milliseconds_until(deadline));
    if (rc != RD_KAFKA_RESP_ERR_NO_ERROR) return errc::unavailable;
    error_code worst;
    for (int i = 0; i < found->topic_cnt; ++i)
        if (const error_code e = to_error(found->topics[i].err); e && worst != errc::not_found) worst = e;
    if (found->topic_cnt < static_cast<int>(topics_.size())) worst = errc::not_found;
    rd_kafka_metadata_destroy(found);
    return worst;
}

std::shared_ptr<producer_instance> producer_instance::lease(const std::shared_ptr<producer_instance>& self) {
    // An object that holds the instance, not a deleter: that would live as long as leased_ does.
    const auto token = std::make_shared<std::shared_ptr<producer_instance>>(self);
    self->leased_ = token;
    return {token, self.get()};
}

async::awaitable<void> producer_instance::serve(std::shared_ptr<producer_instance> self) {
    self->serving_ = true;
    co_await read_queue(*self->queue_, *self);
    self->serving_ = false;
}

async::awaitable<void> producer_instance::close(std::shared_ptr<producer_instance> self, error_code why) {
    self->closing_ = why;
    async::steady_timer pause(self->home_);
    // A shard that has not heard of it yet may still get a record in: purge until all leases are back.
    while (self->in_flight() > 0 || !self->leased_.expired()) {
        rd_kafka_purge(self->client_.get(),
                       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
        pause.expires_after(straggler_pause);
        co_await pause.async_wait(async::use_tuple);
    }
    self->queue_->stop();
    // serve() has to leave the queue before it goes: it was woken by stop().
    co_await async::asio::post(self->home_, async::use);
    while (self->serving_) {
        pause.expires_after(straggler_pause);
        co_await pause.async_wait(async::use_tuple);
    }
    self->topics_.clear();
    self->queue_.reset();
    auto destroy = [client = std::move(self->client_)]() mutable {
        client.reset();
        return true;
    };
    const auto done =
        co_await on_thread(std::move(destroy), std::chrono::steady_clock::now() + destroy_patience);
    if (!done)
        log::get("kafka")->warn("a producer's client did not close within {}s", destroy_patience.count());
}

std::size_t producer_instance::on_event(rd_kafka_op_s& event, std::size_t budget) {
    if (rd_kafka_event_type(&event) == RD_KAFKA_EVENT_DR) return on_reports(event, budget);
    if (rd_kafka_event_type(&event) == RD_KAFKA_EVENT_ERROR) on_error(event);
    return 1;
}

std::size_t producer_instance::on_reports(rd_kafka_op_s& event, std::size_t budget) {
    std::size_t used = 0;
    while (used < budget) {
        const rd_kafka_message_t* message = rd_kafka_event_message_next(&event);
        if (!message) return std::max<std::size_t>(used, 1);
        ++used;
        auto* waiter = static_cast<delivery_waiter*>(message->_private);
        ++(message->err ? failed_ : acknowledged_);
        if (!waiter) {
            if (message->err) ++detached_failed_;
            continue;
        }
        publisher& to = *waiter->publisher_;
        if (to.home_) {
            waiter->delivered(report_of(*message));
        } else {
            to.outgoing_.push_back({waiter, report_of(*message)});
            others_ = true;
        }
    }
    return used;
}

delivery_report producer_instance::report_of(const rd_kafka_message_s& message) const {
    delivery_report report;
    report.partition = message.partition;
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        report.offset = message.offset;
        return report;
    }
    const bool purged = message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                        message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
                        message.err == RD_KAFKA_RESP_ERR__FATAL;
    report.error = purged && closing_ ? closing_ : to_error(message.err);
    if (report.error == errc::not_found) report.error = errc::unavailable; // a topic that may be created yet
    report.retriable = worth_repeating(report.error);
    report.maybe_persisted = rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    report.fatal = closing_ || fatal();
    return report;
}

void producer_instance::on_error(rd_kafka_op_s& event) {
    owner_.metrics_.errors.Increment();
    const auto code = rd_kafka_event_error(&event);
    if (code == RD_KAFKA_RESP_ERR__FATAL || rd_kafka_event_error_is_fatal(&event) != 0) {
        owner_.on_fatal(*this, rd_kafka_event_error_string(&event));
        return;
    }
    // librdkafka's own log line names the broker; this only says that it was seen. Never acted upon:
    // ALL_BROKERS_DOWN comes on planned disconnects too (until 2.11.1).
    log::get("kafka")->debug("producer: {}", rd_kafka_event_error_string(&event));
}

void producer_instance::on_round() {
    if (acknowledged_)
        owner_.metrics_.acknowledged.Increment(static_cast<double>(std::exchange(acknowledged_, 0)));
    if (failed_) owner_.metrics_.failed.Increment(static_cast<double>(std::exchange(failed_, 0)));
    if (detached_failed_)
        owner_.metrics_.detached_failed.Increment(static_cast<double>(std::exchange(detached_failed_, 0)));
    if (!std::exchange(others_, false)) return;
    for (auto& p : owner_.publishers_)
        if (!p->outgoing_.empty()) {
            p->inbox_.push(std::move(p->outgoing_));
            p->outgoing_.clear();
        }
}

} // namespace voltlane::kafka
