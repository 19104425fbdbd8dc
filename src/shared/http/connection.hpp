#pragma once

#include "shared/async/deadline_wheel.hpp"
#include "shared/async/types.hpp"
#include "shared/http/body_stream.hpp"
#include "shared/http/listener.hpp"
#include "shared/http/message.hpp"

#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>

namespace voltlane::http {

// One client's connection: reads a request, answers it, reads the next; so pipelined requests are answered in
// order. Lives in its coroutine's frame, registered with its listener.
//
//   idle -> reading -> answering -> (idle | closing)
//
// The listener's wheel calls on_deadline: idle closes, reading answers 408, writing closes. Answering has no
// limit of this layer: handlers carry deadlines of their own.
class connection final : private async::wheel_entry, private body_stream {
public:
    connection(listener& owner, async::tcp_socket socket);
    ~connection();

    async::awaitable<void> run();
    // Closes an idle connection, ends a stream, and lets a request that is being answered be the last one.
    void stop();

private:
    enum class phase { idle, reading, answering, writing, closing };

    // False: the connection ends (after an answer, where one was due).
    async::awaitable<bool> next();
    async::awaitable<unsigned>
    read(); // 0: read whole; else the status to refuse it with; 1: gone without an answer
    async::awaitable<bool> refuse(unsigned status);
    async::awaitable<bool> send(response& answer);
    async::awaitable<bool> send_text(std::string text);
    async::awaitable<void> drain();
    std::string head_of(const response& answer) const;

    void on_deadline() override;
    async::awaitable<bool> write(std::string piece) override;
    async::awaitable<bool> wait_until(async::steady_point until) override;
    void fail() override { failed_ = true; }
    void wake() override;

    listener& owner_;
    async::tcp_socket socket_;
    boost::beast::flat_buffer buffer_;
    request request_;
    std::string peer_;
    std::optional<async::steady_timer> sleep_; // only streams have one
    phase phase_ = phase::idle;
    bool http10_ = false;
    bool keep_alive_ = true;
    bool stopping_ = false;
    bool late_ = false; // the wheel's deadline passed
    bool woken_ = false;
    bool failed_ = false; // a stream broke off
};

} // namespace voltlane::http
