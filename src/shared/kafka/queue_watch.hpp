#pragma once

#include "shared/async/types.hpp"
#include "shared/kafka/holders.hpp"

#include <cstddef>

namespace voltlane::kafka {

// The bridge between one librdkafka queue and the reactor: librdkafka writes to an eventfd when the queue
// gets its first event. One reader per queue:
//
//   poll() until empty ─▶ wait() ─▶ poll() ...      (never wait() before poll() said empty: the wake-up may
//   be spent)
//
// On the executor's thread only. Destroy it before the queue's client.
class queue_watch {
public:
    queue_watch(queue_holder queue, async::executor ex);
    ~queue_watch();
    queue_watch(const queue_watch&) = delete;
    queue_watch& operator=(const queue_watch&) = delete;

    event_holder poll();           // null: empty, or stopped
    async::awaitable<bool> wait(); // something may be there; false: stopped
    // For good: ends wait(), and no more wake-ups come. The queue may get another watch from now on.
    void stop();
    bool stopped() const noexcept { return stopped_; }
    rd_kafka_queue_s* queue() const noexcept { return queue_.get(); }
    async::executor get_executor() { return wakeup_.get_executor(); }

private:
    queue_holder queue_;
    async::event_descriptor wakeup_;
    bool stopped_ = false;
};

// Receives what a queue holds.
class event_sink {
public:
    // Returns how much it used of `budget`, at least 1. budget itself: the same event is given again after a
    // pause.
    virtual std::size_t on_event(rd_kafka_op_s& event, std::size_t budget) = 0;
    // After each round, before the reactor gets its turn.
    virtual void on_round() {}

protected:
    ~event_sink() = default;
};

// The reader of one queue: at most 256 items a round, then sockets get their turn. Returns when the watch is
// stopped. Both must outlive it.
async::awaitable<void> read_queue(queue_watch& queue, event_sink& sink);

} // namespace voltlane::kafka
