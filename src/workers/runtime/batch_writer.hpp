#pragma once

#include "shared/base/clock.hpp"
#include "shared/pg/database.hpp"
#include "shared/store/offsets.hpp"
#include "shared/store/outbox.hpp"
#include "workers/metrics.hpp"
#include "workers/runtime/partition_handler.hpp"

#include <span>
#include <vector>

namespace voltlane::workers {

enum class batch_outcome {
    written, // position moved, effects committed
    fenced,  // somebody else moved the position: nothing was written, memory was forgotten
};

// Exactly once: one batch of one partition in one SQL transaction whose first statement is the
// compare-and-set of the position.
//
//   all at once ──(refused data, an exception)──▶ redo: event by event under savepoints; a culprit goes to
//   the dead
//       │                                         letter through the outbox, the others count
//       └─(commit in doubt)──▶ re-read the position: moved = committed
//
// Synchronous, on a database thread. A job in flight at the end of the process's patience outlives its pool:
// only the registry and the clock must outlive that.
class batch_writer {
public:
    batch_writer(store::offset_place place, const pool_metrics& metrics, const clock& clock)
        : place_(std::move(place))
        , metrics_(metrics)
        , clock_(clock) {}

    // Moves the position from `from` to `to` with the effects of `records`. Throws pg::failure where the
    // database is away (or our SQL is wrong): nothing was written, try again.
    batch_outcome write(pg::database& db, partition_handler& handler, std::span<const source_record> records,
                        std::int64_t from, std::int64_t to);

private:
    struct work {
        partition_handler& handler;
        std::span<const source_record> records;
        std::int64_t from;
        std::int64_t to;
        std::vector<std::size_t> readable;
        std::vector<store::outbox_record> dead_letters;
    };
    template <class Effects>
    batch_outcome commit(pg::database& db, work& w, Effects&& effects);
    batch_outcome at_once(pg::database& db, work& w);
    batch_outcome one_by_one(pg::database& db, work& w);
    store::outbox_record dead_letter(const source_record& r, std::string reason) const;

    store::offset_place place_;
    pool_metrics metrics_; // references into the registry: a job may outlive its pool
    const clock& clock_;
};

} // namespace voltlane::workers
