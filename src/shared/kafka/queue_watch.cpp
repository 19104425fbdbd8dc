#include "shared/kafka/queue_watch.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

constexpr std::size_t round_budget = 256; // delivery reports or records; about 0.3 ms of reactor time

int make_eventfd() {
    const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) throw boost::system::system_error(errno, boost::system::system_category(), "eventfd");
    return fd;
}

} // namespace

queue_watch::queue_watch(queue_holder queue, async::executor ex)
    : queue_(std::move(queue))
    , wakeup_(ex, make_eventfd()) {
    static constexpr std::uint64_t one = 1;
    rd_kafka_queue_io_event_enable(queue_.get(), wakeup_.native_handle(), &one, sizeof one);
}

queue_watch::~queue_watch() {
    stop();
}

void queue_watch::stop() {
    if (stopped_) return;
    stopped_ = true;
    rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0); // before the descriptor and the queue go
    boost::system::error_code ignored;
    wakeup_.cancel(ignored);
}

event_holder queue_watch::poll() {
    return event_holder(stopped_ ? nullptr : rd_kafka_queue_poll(queue_.get(), 0));
}

async::awaitable<bool> queue_watch::wait() {
    if (stopped_) co_return false;
    std::uint64_t count = 0;
    auto [failed, n] =
        co_await wakeup_.async_read_some(async::asio::buffer(&count, sizeof count), async::use_tuple);
    co_return !failed && !stopped_;
}

async::awaitable<void> read_queue(queue_watch& queue, event_sink& sink) {
    event_holder unfinished;
    while (!queue.stopped()) {
        std::size_t budget = round_budget;
        bool empty = false;
        while (budget > 0) {
            event_holder event = unfinished ? std::move(unfinished) : queue.poll();
            if (!event) {
                empty = true;
                break;
            }
            const std::size_t used = sink.on_event(*event, budget);
            if (used >= budget) {
                unfinished = std::move(event);
                budget = 0;
            } else {
                budget -= used;
            }
        }
        sink.on_round();
        if (!empty) {
            co_await async::asio::post(queue.get_executor(), async::use);
        } else if (!(co_await queue.wait())) {
            break;
        }
    }
}

} // namespace voltlane::kafka
