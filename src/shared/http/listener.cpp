#include "shared/http/listener.hpp"

#include "shared/base/log.hpp"
#include "shared/http/acceptor.hpp"
#include "shared/http/connection.hpp"
#include "shared/http/limits.hpp"

#include <algorithm>
#include <exception>

namespace voltlane::http {
namespace {

void report(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::get("http")->error("a connection ended by an exception: {}", e.what());
    }
}

} // namespace

listener::listener(async::executor ex, std::size_t shard, const host_port& address,
                   server_callbacks callbacks, std::size_t connections)
    : executor_(ex)
    , shard_(shard)
    , callbacks_(std::move(callbacks))
    , acceptor_(open_acceptor(ex, address))
    , wheel_(ex)
    , group_(ex, report)
    , most_connections_(std::min(connections, max_connections)) {}

listener::~listener() = default;

std::uint16_t listener::port() const {
    return acceptor_.local_endpoint().port();
}

void listener::start() {
    wheel_.start();
    group_.spawn([this] { return accept(); });
}

async::awaitable<void> listener::accept() {
    // Out of descriptors: accepting again at once would spin.
    constexpr std::chrono::milliseconds pause{100};
    while (!stopping_) {
        auto [ec, socket] = co_await acceptor_.async_accept(executor_, async::use_tuple);
        if (stopping_ || ec == async::asio::error::operation_aborted) co_return;
        if (ec) {
            log::get("http")->warn("accept failed: {}", ec.message());
            async::steady_timer timer(executor_, pause);
            co_await timer.async_wait(async::use_tuple);
            continue;
        }
        if (connections_.size() >= most_connections_) continue;
        group_.spawn([this, s = std::move(socket)]() mutable { return serve(std::move(s)); });
    }
}

async::awaitable<void> listener::serve(async::tcp_socket socket) {
    connection one(*this, std::move(socket));
    co_await one.run();
}

async::awaitable<void> listener::stop() {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto* c : std::vector<connection*>(connections_.begin(), connections_.end()))
        c->stop();
    group_.stop();
    co_await group_.join(std::chrono::steady_clock::now() + stop_time);
    wheel_.stop();
}

} // namespace voltlane::http
