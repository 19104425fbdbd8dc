#pragma once

#include "shared/async/types.hpp"
#include "shared/store/deliveries.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace voltlane::workers {

// What became of one attempt at a delivery.
struct errand_outcome {
    enum class state {
        done,     // carried out, or there is nothing to do (any more)
        retry,    // may pass later: tried again with a growing pause, given up a day after it was asked for
        hopeless, // will never pass: to the dead letter at once
    };
    state what = state::retry;
    std::string reason; // a sentence for the log and the dead letter: no secret, no token

    static errand_outcome done() { return {state::done, {}}; }
    static errand_outcome retry(std::string reason) { return {state::retry, std::move(reason)}; }
    static errand_outcome hopeless(std::string reason) { return {state::hopeless, std::move(reason)}; }
};

// Carries out deliveries of one kind: mail, or an integration with another system. The sender claims them,
// calls carry_out() for up to most_at_once() of them at a time, and writes down what became of them.
//
// An errand may be carried out twice (a worker dies after it was done and before that was written down), so
// it must not matter. What it needs it reads from the database when it runs, not from the notification.
//
// Lives on the executor that it was made with; every call is on its thread. Blocking work belongs on threads
// of the runner's own (async::blocking_pool), so that a slow server holds nobody else up.
class errand_runner {
public:
    virtual ~errand_runner() = default;

    // One attempt. It ends by `deadline`, which is before the lease is over: later somebody else may try it
    // too. An exception (pg::failure among them) counts as retry with its text.
    virtual async::awaitable<errand_outcome> carry_out(store::delivery d, async::steady_point deadline) = 0;

    virtual std::size_t most_at_once() const = 0;
    // How long one attempt takes at most.
    virtual std::chrono::milliseconds patience() const = 0;
    // per_account: of one account one at a time over all workers, in the order they were asked for.
    virtual store::claim_order order() const { return store::claim_order::any; }

    // Whether what fails for a day is given up. False: tried until it is done, for what must not be lost.
    virtual bool gives_up() const { return true; }

    // The process ends: attempts under way end soon, with retry where they were not done.
    virtual void stop() {}
};

} // namespace voltlane::workers
