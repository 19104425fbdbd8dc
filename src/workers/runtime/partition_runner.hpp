#pragma once

#include "shared/async/types.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/log.hpp"
#include "shared/kafka/partition_reader.hpp"
#include "shared/pg/pool.hpp"
#include "workers/runtime/batch_size.hpp"
#include "workers/runtime/batch_writer.hpp"
#include "workers/runtime/partition_handler.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace voltlane::workers {

struct batch_settings {
    std::size_t most = 1000;               // records in one transaction
    std::chrono::milliseconds linger{200}; // pause after a batch, so that the next is worth its transaction
    std::chrono::milliseconds idle_move{2000}; // how often a position moves over records that concern nobody
};

// One assigned partition: reads, hands batches to the database threads, one at a time, in order. A database
// that is away is waited for with a growing pause, for as long as the partition is ours; records wait in the
// log.
//
// Lives on the pool's executor; run() ends when the partition is revoked, stop() was called or the log's
// place is gone.
class partition_runner {
public:
    enum class ending {
        over,     // revoked or stopped
        lost_log, // the position is no longer in the log, or its row is gone
        again, // to be taken anew from where the table stands: it went back, or the broker does not know the
               // partition for now
    };

    partition_runner(partitioned_pool& pool, std::shared_ptr<kafka::partition_reader> reader,
                     store::offset_place place, batch_settings settings, pg::pool& database,
                     pool_metrics& metrics, const clock& clock, async::executor ex);
    partition_runner(const partition_runner&) = delete;
    partition_runner& operator=(const partition_runner&) = delete;

    async::awaitable<ending> run();
    void stop(); // after the batch in flight
    const store::offset_place& place() const noexcept { return place_; }
    std::int64_t position() const noexcept { return stored_; } // committed in PostgreSQL, as far as known
    std::int64_t lag() const { return reader_->lag(); }

private:
    struct batch;
    enum class step { written, fenced, over };
    async::awaitable<step> write(std::shared_ptr<batch> b);
    bool report_trouble(const batch& b, std::size_t size, const std::exception& e, int tries);
    async::awaitable<ending> advance(std::shared_ptr<batch> b, bool& written);
    async::awaitable<std::optional<std::int64_t>> read_position();
    async::awaitable<void> pause(std::chrono::milliseconds d);
    bool too_new(const kafka::record_view& r);

    partitioned_pool& pool_;
    std::shared_ptr<kafka::partition_reader> reader_;
    store::offset_place place_;
    batch_settings settings_;
    pg::pool& database_;
    pool_metrics& metrics_;
    const clock& clock_;
    std::shared_ptr<partition_handler> handler_; // shared with a job in flight
    std::shared_ptr<batch_writer> writer_;
    async::steady_timer timer_;
    batch_size size_;
    voltlane::log::limiter complaints_;
    std::int64_t stored_;
    async::steady_point last_move_;
    bool stopping_ = false;
};

} // namespace voltlane::workers
