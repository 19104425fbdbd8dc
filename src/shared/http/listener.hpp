#pragma once

#include "shared/async/deadline_wheel.hpp"
#include "shared/async/task_group.hpp"
#include "shared/async/types.hpp"
#include "shared/base/config.hpp"
#include "shared/http/limits.hpp"
#include "shared/http/message.hpp"

#include <functional>
#include <string_view>
#include <unordered_set>

namespace voltlane::http {

class connection;

// What a server does with requests. Both are called on the connection's shard.
struct server_callbacks {
    // Answers one request. The request lives until the returned coroutine has ended. What it throws becomes
    // protocol_error(500).
    std::function<async::awaitable<response>(request&)> handle;
    // The body of an answer that the HTTP layer gives by itself: 400 malformed, 408 too slow, 413 and 431 too
    // large, 500, 503, 505. Method and target are set as far as they were readable. Empty: a plain text one.
    std::function<response(const request&, unsigned status)> protocol_error;
};

// One shard's listening socket and the connections it accepted: HTTP/1.1 with keep-alive, pipelining in
// order, HEAD and 100-continue; limits in limits.hpp.
//
// start -> stop (once). All calls on the shard's thread, or before its context runs.
class listener {
public:
    // Throws boost::system::system_error where the address cannot be bound.
    // `connections`: as many at once as this process has descriptors for, if those are fewer than limits.hpp
    // allows.
    listener(async::executor ex, std::size_t shard, const host_port& address, server_callbacks callbacks,
             std::size_t connections = max_connections);
    ~listener();
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    void start();
    // No new connections; idle ones close, requests being answered may end within limits' stop_time, streams
    // are told.
    async::awaitable<void> stop();

    std::uint16_t port() const;
    std::size_t connections() const noexcept { return connections_.size(); }

private:
    friend class connection;
    async::awaitable<void> accept();
    async::awaitable<void> serve(async::tcp_socket socket);

    async::executor executor_;
    std::size_t shard_;
    server_callbacks callbacks_;
    async::tcp_acceptor acceptor_;
    async::deadline_wheel wheel_;
    async::task_group group_;
    std::unordered_set<connection*> connections_;
    std::size_t most_connections_;
    std::size_t bodies_bytes_ = 0; // promised to bodies that are being read
    bool stopping_ = false;
};

} // namespace voltlane::http
