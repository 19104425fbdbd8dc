#pragma once

#include "shared/async/types.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/beast/core/role.hpp>

namespace voltlane::gateway {

// A TCP socket that ends a WebSocket by reading to the peer's end first.
//
// Beast (1.81, websocket/impl/teardown.hpp) reads once and closes; with more unread bytes the kernel then
// answers with a reset, which takes the close frame from a charger that was just told 1009. Until Beast
// drains, its customisation point does here.
class charger_socket : public async::tcp_socket {
public:
    // Bytes read and dropped after our close; a peer that sends on is cut off.
    static constexpr std::size_t max_drained_bytes = 4 * 1024 * 1024;

    explicit charger_socket(async::tcp_socket&& s) : async::tcp_socket(std::move(s)) {}
};

namespace detail {

template <class Handler>
struct drain_operation {
    using executor_type = async::asio::associated_executor_t<Handler, async::executor>;
    using allocator_type = async::asio::associated_allocator_t<Handler>;

    charger_socket& socket;
    Handler handler;
    std::size_t drained = 0;

    executor_type get_executor() const noexcept {
        return async::asio::get_associated_executor(handler, socket.get_executor());
    }
    allocator_type get_allocator() const noexcept { return async::asio::get_associated_allocator(handler); }

    void next() {
        // What is read is dropped, so all sockets of a thread may write into one place.
        static thread_local std::array<char, 4096> nowhere;
        socket.async_read_some(async::asio::buffer(nowhere), std::move(*this));
    }

    void operator()(boost::system::error_code ec, std::size_t n) {
        drained += n;
        if (!ec && drained < charger_socket::max_drained_bytes) return next();
        boost::system::error_code ignored;
        socket.close(ignored);
        if (ec == async::asio::error::eof) ec = {};
        std::move(handler)(ec);
    }
};

} // namespace detail

// Found by Beast through the socket's namespace.
template <class Handler>
void async_teardown(boost::beast::role_type, charger_socket& socket, Handler&& handler) {
    boost::system::error_code ignored;
    socket.shutdown(async::tcp_socket::shutdown_send, ignored);
    detail::drain_operation<std::decay_t<Handler>>{socket, std::forward<Handler>(handler)}.next();
}

} // namespace voltlane::gateway
