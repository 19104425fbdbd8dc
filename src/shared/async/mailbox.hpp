#pragma once

#include "shared/async/types.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

namespace voltlane::async {

// Hands items from any thread to one shard, in order and in batches: one post per batch, not per item.
//
// Unbounded by itself: use it where the items are bounded elsewhere (publications in flight, records of a
// bounded fetch). After close() the receiver is not called again; items still inside are dropped.
template <class T>
class mailbox {
public:
    using receiver = std::function<void(std::vector<T>& batch)>; // runs on the shard; may move items out

    mailbox(executor ex, receiver r) : state_(std::make_shared<state>(ex, std::move(r))) {}
    ~mailbox() { close(); }
    mailbox(const mailbox&) = delete;
    mailbox& operator=(const mailbox&) = delete;

    void push(T item) {
        {
            const std::lock_guard lock(state_->mutex);
            state_->items.push_back(std::move(item));
            if (state_->items.size() > 1) return; // a delivery is on its way
        }
        schedule();
    }

    void push(std::vector<T>&& batch) {
        if (batch.empty()) return;
        {
            const std::lock_guard lock(state_->mutex);
            const bool was_empty = state_->items.empty();
            for (auto& item : batch)
                state_->items.push_back(std::move(item));
            if (!was_empty) return;
        }
        schedule();
    }

    // On the receiving shard only.
    void close() { state_->receive = nullptr; }

private:
    struct state {
        state(executor e, receiver r) : ex(e), receive(std::move(r)) {}
        executor ex;
        receiver receive;
        std::mutex mutex;
        std::vector<T> items;
    };

    void schedule() {
        asio::post(state_->ex, [s = state_] {
            std::vector<T> batch;
            {
                const std::lock_guard lock(s->mutex);
                batch.swap(s->items);
            }
            if (s->receive) s->receive(batch);
        });
    }

    std::shared_ptr<state> state_;
};

} // namespace voltlane::async
