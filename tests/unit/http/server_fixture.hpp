#pragma once

#include "shared/http/body_stream.hpp"
#include "shared/http/limits.hpp"
#include "shared/http/listener.hpp"

#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace voltlane::http::testing {

// A listener on a free port with a thread of its own; the test is the client, with blocking sockets.
class server {
public:
    server()
        : listener_(context_.get_executor(), 0, {"127.0.0.1", 0},
                    {.handle = [this](request& r) { return handle(r); }, .protocol_error = {}}) {
        listener_.start();
        thread_ = std::thread([this] { context_.run(); });
    }
    ~server() {
        stop();
        thread_.join();
    }
    void stop() {
        if (stopped_) return;
        stopped_ = true;
        boost::asio::co_spawn(context_, [this] { return listener_.stop(); }, boost::asio::detached);
    }
    std::uint16_t port() const { return listener_.port(); }

private:
    // Says what it understood: method, path, query, body.
    async::awaitable<response> handle(request& r) {
        response answer;
        answer.content_type = "text/plain";
        answer.body = r.method + " " + r.path + " [" + r.query + "] " + r.body;
        if (r.path == "/throw") throw std::runtime_error("a bug");
        if (r.path == "/empty") answer.status = 204;
        if (r.path == "/header") answer.set("X-Two", "a\r\nX-Injected: b");
        if (r.path == "/stream")
            answer.stream = [](body_stream& out) {
                return count(out);
            };
        if (r.path == "/broken")
            answer.stream = [](body_stream& out) {
                return break_off(out);
            };
        co_return answer;
    }
    static async::awaitable<void> break_off(body_stream& out) {
        co_await out.write("half");
        out.fail();
    }
    static async::awaitable<void> count(body_stream& out) {
        for (int i = 1; i <= 3; ++i)
            co_await out.write(std::to_string(i));
        const auto now = std::chrono::steady_clock::now();
        co_await out.wait_until(now); // returns at once
    }

    boost::asio::io_context context_{1};
    listener listener_;
    std::thread thread_;
    bool stopped_ = false;
};

class client {
public:
    explicit client(std::uint16_t port) : socket_(context_) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    }
    void send(std::string_view text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
    // Everything until the server closes.
    std::string read_all() {
        std::string all;
        boost::system::error_code ec;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(all), ec);
        return all;
    }
    std::string read_until_contains(std::string_view end) {
        std::array<char, 1024> piece{};
        boost::system::error_code ec;
        while (seen_.find(end) == std::string::npos && !ec) {
            const auto n = socket_.read_some(boost::asio::buffer(piece), ec);
            seen_.append(piece.data(), n);
        }
        return seen_;
    }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    std::string seen_;
};

} // namespace voltlane::http::testing
