#pragma once

#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/kafka/holders.hpp"
#include "shared/kafka/publisher.hpp"
#include "shared/kafka/queue_watch.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace voltlane::kafka {

// One librdkafka producer and the reader of its queue. `producer` has one at a time, and besides it those
// that failed and still owe reports.
//
// Home's coroutines own it; publishers hold leases. A client is destroyed when the last lease is back and
// nothing is in flight, on a helper thread.
class producer_instance final : public event_sink {
public:
    producer_instance(producer& owner, const producer_settings& settings, async::executor home);

    // The right to enqueue, kept by a publisher; call it once.
    static std::shared_ptr<producer_instance> lease(const std::shared_ptr<producer_instance>& self);

    error_code enqueue(const record& r, delivery_waiter* waiter); // any thread; errors as publisher::publish
    std::size_t in_flight() const;                                // any thread
    // Blocks: metadata of all topics. Not on a reactor thread.
    error_code fetch_metadata(async::steady_point deadline);

    // Hands out reports until close() ends it.
    static async::awaitable<void> serve(std::shared_ptr<producer_instance> self);
    // Ends what is in flight with a report of `why`, stragglers too, waits for the leases and destroys the
    // client.
    static async::awaitable<void> close(std::shared_ptr<producer_instance> self, error_code why);
    bool fatal() const; // librdkafka takes nothing more

    std::size_t on_event(rd_kafka_op_s& event, std::size_t budget) override;
    void on_round() override;

private:
    std::size_t on_reports(rd_kafka_op_s& event, std::size_t budget);
    void on_error(rd_kafka_op_s& event);
    delivery_report report_of(const rd_kafka_message_s& message) const;
    error_code enqueue_with_headers(const record& r, delivery_waiter* waiter, void* value);

    producer& owner_;
    async::executor home_;
    client_holder client_;
    std::vector<topic_holder> topics_;
    std::unique_ptr<queue_watch> queue_;
    std::weak_ptr<void> leased_;
    error_code closing_; // set: why
    bool serving_ = false;
    // Counted per round, then added to the metrics at once.
    std::size_t acknowledged_ = 0;
    std::size_t failed_ = 0;
    std::size_t detached_failed_ = 0;
    bool others_ = false; // reports for other shards wait in their publishers' outgoing_
};

} // namespace voltlane::kafka
