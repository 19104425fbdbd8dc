#include "shared/async/stop_signal.hpp"

#include <csignal>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

namespace voltlane::async {

awaitable<void> stop_signal() {
    std::signal(SIGPIPE, SIG_IGN);
    const auto ex = co_await asio::this_coro::executor;
    asio::basic_signal_set<executor> signals(ex, SIGTERM, SIGINT);
    co_await signals.async_wait(use);
}

} // namespace voltlane::async
