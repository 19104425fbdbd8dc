#pragma once

#include "shared/async/blocking_pool.hpp"
#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/kafka/record.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::kafka {

struct transactional_settings {
    producer_settings producer;
    std::string transactional_id;
    // How long the broker waits for a transaction of ours before it aborts it; readers wait as long behind
    // it.
    std::chrono::milliseconds transaction_timeout{15'000};
};

// Publishes batches that readers see whole or not at all, and fences whoever used the same transactional id
// before.
//
//   init ─▶ begin ─▶ produce ... ─▶ commit ─▶ begin ...
//    ▲                                 │
//    └──── unavailable or fenced ◀─────┘   (fenced: somebody newer exists; do not init again unless chosen
//    again)
//
// After any error but overloaded the open transaction is gone (aborted, or to be aborted by the successor's
// init): call init() before the next begin(). Blocking calls run on a thread of its own. All calls on one
// executor's thread, one at a time.
class transactional_producer {
public:
    explicit transactional_producer(transactional_settings settings);
    ~transactional_producer();
    transactional_producer(const transactional_producer&) = delete;
    transactional_producer& operator=(const transactional_producer&) = delete;

    topic_ref topic(std::string_view name) const; // throws std::out_of_range

    // A new client; returns when older users of the id are fenced and their transactions ended. unavailable,
    // timed_out.
    async::awaitable<error_code> init(async::steady_point deadline);
    error_code begin();                  // fenced, unavailable
    error_code produce(const record& r); // overloaded: commit first; too_large, fenced, unavailable
    // Success: all records are in the log and visible. timed_out and unavailable: they may be (rarely);
    // repeating them is right where the newest value of a key counts.
    async::awaitable<error_code> commit(async::steady_point deadline);
    async::awaitable<error_code> abort(async::steady_point deadline);

private:
    struct state;
    std::shared_ptr<state> state_;
    async::blocking_pool thread_;
};

} // namespace voltlane::kafka
