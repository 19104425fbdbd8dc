#pragma once

#include "shared/async/mailbox.hpp"
#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/kafka/record.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>

namespace voltlane::kafka {

class producer;
class producer_instance;
class publisher;

// How one publication ended. Where `error` is set the record may be in the log all the same
// (maybe_persisted): whoever repeats it does so under the same event id.
struct delivery_report {
    error_code error; // unavailable, timed_out, overloaded, too_large, invalid_input, stopped
    std::int32_t partition = -1;
    std::int64_t offset = -1;     // -1: not known, also possible after success
    bool retriable = false;       // repeating it unchanged may succeed
    bool maybe_persisted = false; // a failure after the record was sent
    bool fatal = false;           // the producer's instance was given up; a new one is in use or on its way
};

// What waits for one publication. Embed it; it must stay alive and in place from publish() until delivered().
class delivery_waiter {
public:
    // Exactly once per accepted publication, on the publisher's shard, never from inside publish(). May
    // publish again.
    virtual void delivered(const delivery_report& report) noexcept = 0;

protected:
    ~delivery_waiter() = default;

private:
    friend class producer;
    friend class producer_instance;
    friend class publisher;
    publisher* publisher_ = nullptr;
};

// One shard's way into the process's producer. All calls on that shard's thread.
//
// Order: records of one key are written in the order they were accepted, as long as no report fails. After a
// failure the log may hold later ones without the failed one; who needs an order (a charger's calls) keeps
// one publication in flight and repeats it until it is acknowledged.
class publisher {
public:
    publisher(const publisher&) = delete;
    publisher& operator=(const publisher&) = delete;

    // Success: `waiter` will be called. Otherwise it will not: overloaded (queue full, try later), too_large,
    // unavailable (the instance just failed and its successor is on its way, or the topic is not known: pause
    // some milliseconds before repeating), stopped.
    error_code publish(const record& r, delivery_waiter& waiter);

    // Completes on this shard with the report; refusals are reports too. The record's views must stay valid
    // until the call suspends: co_await publisher.publish(r) in one expression. Cannot be cancelled: every
    // publication ends by itself within the message time-out.
    async::awaitable<delivery_report> publish(const record& r) {
        return async::asio::async_initiate<const async::use_t, void(delivery_report)>(start_publish{this},
                                                                                      async::use, r);
    }

    // Nobody waits; a failure is counted. True: accepted.
    bool publish_detached(const record& r);

private:
    friend class producer;
    friend class producer_instance;

    struct delivery {
        delivery_waiter* waiter;
        delivery_report report;
    };

    publisher(producer& owner, async::executor shard, bool home);
    error_code enqueue(const record& r, delivery_waiter* waiter);
    static delivery_report refusal(error_code error) noexcept;

    // The awaitable form's waiter: holds the coroutine's handler, made and freed per publication from the
    // thread's cache.
    template <class Handler>
    class awaiting final : public delivery_waiter {
    public:
        using allocator = async::asio::recycling_allocator<awaiting>;
        explicit awaiting(Handler h) : handler_(std::move(h)) {}

        static awaiting* make(Handler&& h) {
            allocator a;
            return new (a.allocate(1)) awaiting(std::move(h));
        }
        Handler take() noexcept {
            Handler h = std::move(handler_);
            this->~awaiting();
            allocator().deallocate(this, 1);
            return h;
        }
        void delivered(const delivery_report& report) noexcept override {
            const delivery_report copy = report;
            Handler h = take();
            std::move(h)(copy); // on its shard already: resume in place
        }

    private:
        Handler handler_;
    };

    struct start_publish {
        publisher* self;
        template <class Handler>
        void operator()(Handler&& handler, const record& r) const {
            using handler_type = std::decay_t<Handler>;
            auto* waiter = awaiting<handler_type>::make(std::forward<Handler>(handler));
            if (const error_code refused = self->enqueue(r, waiter)) {
                async::asio::post(self->shard_, [h = waiter->take(), refused]() mutable {
                    std::move(h)(refusal(refused));
                });
            }
        }
    };

    producer& owner_;
    async::executor shard_;
    bool home_;
    std::shared_ptr<producer_instance> instance_; // replaced by a post from home
    async::mailbox<delivery> inbox_;              // reports, for shards other than home
    std::vector<delivery> outgoing_;              // home's side: collected during one drain
};

} // namespace voltlane::kafka
