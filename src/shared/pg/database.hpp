#pragma once

#include "shared/pg/connection.hpp"
#include "shared/pg/metrics.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace voltlane::pg {

// A connection that is made when needed and made again after it broke, for blocking callers: voltlane-admin,
// and inside of the pool one per thread. One thread at a time.
//
// run() and read() repeat the work after a deadlock or serialization failure (with a short, growing pause),
// and once, on a new connection, where the old one turned out dead before the work began; so `work` must be
// free of side effects outside of the transaction. They throw pg::failure for everything else; kind in_doubt
// may have committed.
class database {
public:
    explicit database(settings s, metrics* m = nullptr);
    ~database();

    template <class Work>
    auto run(Work&& work) {
        return perform(access::read_write, work);
    }
    template <class Work>
    auto read(Work&& work) {
        return perform(access::read_only, work);
    }

    // Connects where there is no connection. Throws failure(unavailable), without trying within the back-off
    // after the last failure (which grows from 50 ms to 2 s), so that a dead server is not dialled by every
    // caller.
    connection& get();
    void drop() { connection_.reset(); }

private:
    static constexpr int most_attempts = 6; // deadlocks do not repeat that often; then the caller hears of it

    template <class Work>
    auto perform(access a, Work& work) -> std::invoke_result_t<Work&, transaction&> {
        for (int attempt = 1;; ++attempt) {
            const bool reused = connection_ != nullptr;
            const auto begun = std::chrono::steady_clock::now();
            auto& c = get();
            const auto before = c.statements();
            bool started = false;
            try {
                auto counted = [&](transaction& t) -> decltype(auto) {
                    started = true;
                    return work(t);
                };
                if constexpr (std::is_void_v<std::invoke_result_t<Work&, transaction&>>) {
                    c.run(a, counted);
                    succeeded(begun, c.statements() - before);
                    return;
                } else {
                    auto value = c.run(a, counted);
                    succeeded(begun, c.statements() - before);
                    return value;
                }
            } catch (const failure& f) {
                if (!try_again(f, attempt, reused && !started)) throw;
            } catch (...) {
                if (c.broken()) drop();
                throw;
            }
        }
    }
    // Drops a broken connection, counts, pauses. False: the failure is the caller's.
    bool try_again(const failure& f, int attempt, bool stale);
    void succeeded(std::chrono::steady_clock::time_point begun, std::uint64_t statements);

    settings settings_;
    metrics* metrics_;
    std::unique_ptr<connection> connection_;
    std::chrono::steady_clock::time_point next_dial_{};
    std::chrono::milliseconds back_off_{0};
};

} // namespace voltlane::pg
