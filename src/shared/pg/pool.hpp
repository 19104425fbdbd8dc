#pragma once

#include "shared/async/blocking_pool.hpp"
#include "shared/pg/database.hpp"

#include <memory>
#include <vector>

namespace voltlane::pg {

// Coroutines' way to the database: as many threads as connections behind a bounded queue. One unit of work is
// one transaction on one connection; nobody holds a connection across a co_await.
//
//     auto session = co_await pool.read([id](pg::transaction& t) { return store::find_session(t, id); },
//     deadline);
//
// The work runs on a pool thread, is repeated as database.hpp says, and completes on the awaiting coroutine's
// executor. It captures by value. Throws pg::failure, or boost::system::system_error with errc::overloaded
// (the queue is full), timed_out (no connection got free before the deadline) or stopped.
class pool {
public:
    // `capacity`: jobs that may wait; more are refused at once. `m` must outlive the pool.
    pool(settings s, std::size_t connections, std::size_t capacity, metrics& m);
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    template <class Work>
    async::awaitable<std::invoke_result_t<Work&, transaction&>> run(Work work, async::steady_point deadline) {
        auto job = [this, w = std::move(work)]() mutable {
            return mine().run(w);
        };
        update_waiting();
        co_return co_await threads_.run(std::move(job), deadline);
    }

    template <class Work>
    async::awaitable<std::invoke_result_t<Work&, transaction&>> read(Work work,
                                                                     async::steady_point deadline) {
        auto job = [this, w = std::move(work)]() mutable {
            return mine().read(w);
        };
        update_waiting();
        co_return co_await threads_.run(std::move(job), deadline);
    }

    // For work that manages its transactions itself (a worker's batch with its preparation outside of them):
    // it gets this thread's database.
    template <class Work>
    async::awaitable<std::invoke_result_t<Work&, database&>> with(Work work, async::steady_point deadline) {
        auto job = [this, w = std::move(work)]() mutable {
            return w(mine());
        };
        update_waiting();
        co_return co_await threads_.run(std::move(job), deadline);
    }

    std::size_t connections() const noexcept { return databases_.size(); }

private:
    database& mine() { return *databases_[async::blocking_pool::worker_index()]; }
    void update_waiting() { metrics_.waiting.Set(static_cast<double>(threads_.waiting())); }

    metrics& metrics_;
    std::vector<std::unique_ptr<database>> databases_;
    async::blocking_pool threads_; // last: its threads end before their databases
};

} // namespace voltlane::pg
