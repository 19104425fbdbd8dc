#pragma once

#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"

#include <chrono>
#include <utility>

namespace voltlane::kafka {

// Between two attempts to begin reading.
inline constexpr std::chrono::seconds insist_pause{1};

// Repeats `attempt` (() -> awaitable<error_code>: a reader's start() or restart()) until it succeeds: true. A
// reader that did not begin hears nothing for ever, so its owner may not go on before that. False:
// errc::stopped, or `over()` said so after a failure. `failed(error_code)` is called for each other failure.
template <class Attempt, class Over, class Failed>
async::awaitable<bool> insist(async::executor ex, Attempt attempt, Over over, Failed failed,
                              std::chrono::milliseconds pause = insist_pause) {
    async::steady_timer timer(ex);
    for (;;) {
        const error_code why = co_await attempt();
        if (!why) co_return true;
        if (why == errc::stopped || over()) co_return false;
        failed(why);
        timer.expires_after(pause);
        co_await timer.async_wait(async::use_tuple);
        if (over()) co_return false;
    }
}

} // namespace voltlane::kafka
