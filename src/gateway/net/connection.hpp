#pragma once

#include "gateway/net/charger_socket.hpp"
#include "gateway/net/pacer.hpp"
#include "gateway/session/call_session.hpp"
#include "gateway/session/presence_keeper.hpp"
#include "shared/async/deadline_wheel.hpp"
#include "shared/async/types.hpp"
#include "shared/kafka/publisher.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace voltlane::gateway {

class shard;

using websocket_stream = boost::beast::websocket::stream<charger_socket, false>;

// One charger's socket: the shell around its call_session. Lives on one shard; no timer, channel or strand of
// its own.
//
// run() reads and feeds the session; writes follow each other by callbacks; publications end in the three
// waiters. The object stays alive (shared_ptr) while any of them is under way, so that `closed` reaches the
// log also where the broker was away when the socket went.
class connection final : public std::enable_shared_from_this<connection>,
                         public pacer::sleeper,
                         private session_effects,
                         private async::wheel_entry {
public:
    connection(shard& owner, async::tcp_socket socket, session_identity who);
    ~connection();

    websocket_stream& stream() noexcept { return stream_; }
    const std::string& key_text() const noexcept { return key_text_; }
    const call_session& session() const noexcept { return session_; }

    // From the accepted handshake to the end of the socket.
    async::awaitable<void> run();

    void on_presence(const presence_note& note);
    // False: the command is for another epoch.
    bool on_command(const events::command& c);
    void on_deleted();
    void on_key_changed();
    void stop();  // orderly
    void abort(); // the deadline of an orderly stop passed

private:
    // A publication's end finds its way back to the connection, which stays alive that long.
    template <void (connection::*Done)(const kafka::delivery_report&)>
    class waiter final : public kafka::delivery_waiter {
    public:
        explicit waiter(connection& owner) noexcept : owner_(owner) {}
        void hold(std::shared_ptr<connection> self) noexcept { self_ = std::move(self); }
        void release() noexcept { self_.reset(); }
        bool pending() const noexcept { return self_ != nullptr; }
        void delivered(const kafka::delivery_report& report) noexcept override {
            const auto self = std::move(self_);
            (owner_.*Done)(report);
        }

    private:
        connection& owner_;
        std::shared_ptr<connection> self_;
    };
    // Known by name: any_completion_handler of Boost 1.81 frees itself too early when it is posted.
    using resume_handler = boost::asio::async_result<async::use_t, void()>::handler_type;
    struct leaver {
        connection& self;
        ~leaver() { self.gone({}); }
    };
    enum class presence_step : std::uint8_t { none, opening, opened, closing };

    // session_effects
    void publish_event(std::string_view value, std::string_view event_id, bool awaited) override;
    void publish_reply(const events::reply& r, bool awaited) override;
    void send(std::string frame, std::string_view shown) override;
    void close(close_code code, std::string_view reason) override;
    void note(std::string_view line) override;

    void wake() override;        // pacer
    void on_deadline() override; // wheel

    void event_delivered(const kafka::delivery_report& report);
    void reply_delivered(const kafka::delivery_report& report);
    void presence_delivered(const kafka::delivery_report& report);

    async::awaitable<void> until_woken();
    void handle_message(instant now);
    void gone(error_code why);
    void publish_opened();
    void publish_presence(events::presence_state state);
    void apply(presence_keeper::verdict v);
    void write_next();
    void on_write_end(error_code ec);
    void start_close();
    void cut(std::string_view why);
    void count_end(error_code why);
    void ping();
    void soon(); // a tick within about a second
    void reschedule(instant now);
    std::string_view gone_reason(error_code why) const;

    shard& owner_;
    websocket_stream stream_;
    boost::beast::flat_buffer buffer_;
    std::string key_text_;
    std::string remote_;
    call_session session_;
    presence_keeper presence_;
    waiter<&connection::event_delivered> event_waiter_{*this};
    waiter<&connection::reply_delivered> reply_waiter_{*this};
    waiter<&connection::presence_delivered> presence_waiter_{*this};
    std::vector<std::string> outgoing_;
    std::string writing_;
    std::optional<resume_handler> resume_; // run() waits for wake()
    clock::steady_point last_heard_;
    clock::steady_point write_since_{};
    clock::steady_point close_by_ = clock::steady_point::max();
    timestamp opened_at_{};
    std::string_view close_reason_;
    std::string_view cut_reason_;
    close_code close_code_ = close_code::normal;
    presence_step presence_step_ = presence_step::none;
    bool write_under_way_ = false;
    bool ping_under_way_ = false;
    bool close_wanted_ = false;
    bool close_started_ = false;
    bool ended_ = false; // the socket is of no more use
    bool gone_ = false;  // the session was told
    bool superseded_ = false;
    bool event_refused_ = false;
    bool reply_refused_ = false;
    bool presence_failed_ = false;
};

} // namespace voltlane::gateway
