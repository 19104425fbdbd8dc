#pragma once

#include "shared/async/deadline_wheel.hpp"
#include "shared/async/task_group.hpp"
#include "shared/async/types.hpp"
#include "simulator/net/dial_address.hpp"

#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace voltlane::simulator {

class line;

// Who a line belongs to; called on its thread, never from inside a call of its own.
class line_owner {
public:
    virtual void on_line_up() = 0;
    virtual void on_line_down(std::string_view why, bool was_up) = 0; // the line is over
    virtual void on_line_text(std::string_view text) = 0;
    virtual void on_line_life() = 0; // ping or pong

protected:
    ~line_owner() = default;
};

// What all lines of a process share.
struct line_yard {
    async::executor executor;
    async::task_group& group; // the coroutine of each line
    async::deadline_wheel& wheel;
    dial_address address;
    std::vector<async::tcp::endpoint> endpoints; // of the host, tried in turn
    std::set<std::shared_ptr<line>> lines{};     // all that are not over
};

// One WebSocket of one charger, from dialing to its end. Made for a dial, never used again.
//
//   start() -> on_line_up() -> send(), on_line_text()... -> on_line_down()
//
// close(), cut() and abandon() take it from its owner, who hears no more of it; frames given before still go
// out, except after abandon(). Bound: `max_waiting` frames not yet written, beyond it the line is cut.
class line final : public std::enable_shared_from_this<line>, public async::wheel_entry {
public:
    static constexpr std::size_t max_waiting = 1000; // a server that sends commands and reads no answers

    // `source`: a local address to dial from, for more connections than one address has ports.
    line(line_yard& yard, line_owner& owner, std::string path,
         std::optional<async::asio::ip::address> source);

    void start();
    void send(std::string frame);
    void ping() { send({}); }
    void close();
    void cut();
    void abandon();
    bool is_abandoned() const noexcept { return abandoned_; }

private:
    using stream_type = boost::beast::websocket::stream<async::tcp_socket, false>;
    enum class finish : std::uint8_t { none, close, cut };

    async::awaitable<void> run();
    async::awaitable<std::string> dial();
    void write_next();
    void on_written(boost::system::error_code ec);
    void finish_now();
    void break_off();
    void on_deadline() override;

    line_yard& yard_;
    line_owner* owner_; // null: taken away
    std::string path_;
    std::optional<async::asio::ip::address> source_;
    stream_type stream_;
    boost::beast::flat_buffer buffer_;
    std::list<std::string> outgoing_; // an empty one is a ping
    bool up_ = false;
    bool writing_ = false;
    bool abandoned_ = false;
    finish finish_ = finish::none;
};

} // namespace voltlane::simulator
