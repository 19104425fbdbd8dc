#pragma once

#include "gateway/net/connection.hpp"
#include "shared/async/types.hpp"

#include <chrono>
#include <memory>

namespace voltlane::gateway {

class shard;

// Bytes of request line and header fields together; more: 431.
inline constexpr std::size_t max_head_bytes = 8 * 1024;
// From the accepted socket to the last byte of the request; then the socket is cut.
inline constexpr std::chrono::seconds handshake_patience{10};

// Reads the upgrade, decides (admission) and answers it. A connection that is ready to run, or null: refused,
// too slow or gone, and the socket closed. Bytes that came behind the request are the connection's first
// frames.
async::awaitable<std::shared_ptr<connection>> shake_hands(shard& owner, async::tcp_socket socket);

} // namespace voltlane::gateway
