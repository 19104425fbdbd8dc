#pragma once

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

// One concrete executor everywhere: an io_context with one thread. No strands, no type-erased executors (they
// cost memory per connection and time per operation).
namespace voltlane::async {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;
template <class T = void>
using awaitable = asio::awaitable<T, executor>;

using use_t = asio::use_awaitable_t<executor>;
inline constexpr use_t use{}; // co_await op(use): throws boost::system::system_error
using use_tuple_t = asio::as_tuple_t<use_t>;
inline constexpr use_tuple_t
    use_tuple{}; // auto [ec, n] = co_await op(use_tuple): never throws for I/O errors

using tcp = asio::ip::tcp;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<tcp, executor>;
using steady_timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                                asio::wait_traits<std::chrono::steady_clock>, executor>;
using event_descriptor = asio::posix::basic_stream_descriptor<executor>;

using steady_point = std::chrono::steady_clock::time_point; // a deadline

} // namespace voltlane::async
