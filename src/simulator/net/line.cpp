#include "simulator/net/line.hpp"

#include "shared/base/errors.hpp"

#include <optional>

#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/error.hpp>

namespace voltlane::simulator {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
namespace http = boost::beast::http;

constexpr std::string_view subprotocol = "ocpp1.6";
constexpr std::size_t max_message_bytes = 256 * 1024; // a full local list or configuration stays far below
constexpr std::size_t read_bytes = 512;               // a pending read keeps no more than this
constexpr std::size_t max_idle_buffer_bytes = 1024;
constexpr std::size_t write_buffer_bytes = 1024; // Beast masks in it; its default of 4096 is kept per line
constexpr std::chrono::seconds close_patience{5};
// A forgotten socket stays open as long as a server may believe in it.
constexpr std::chrono::seconds half_open_time{180};

} // namespace

line::line(line_yard& yard, line_owner& owner, std::string path, std::optional<asio::ip::address> source)
    : yard_(yard)
    , owner_(&owner)
    , path_(std::move(path))
    , source_(source)
    , stream_(yard.executor) {}

void line::start() {
    yard_.lines.insert(shared_from_this());
    yard_.group.spawn([self = shared_from_this()] { return self->run(); });
}

async::awaitable<void> line::run() {
    const auto self = shared_from_this();
    auto why = co_await dial();
    if (why.empty() && owner_ != nullptr) {
        up_ = true;
        owner_->on_line_up();
    }
    while (up_ && why.empty()) {
        const auto [ec, n] = co_await stream_.async_read_some(buffer_, read_bytes, async::use_tuple);
        if (ec) {
            why = ec == websocket::error::closed ? "closed by the server" : ec.message();
            break;
        }
        if (!stream_.is_message_done()) continue;
        if (owner_ != nullptr)
            owner_->on_line_text({static_cast<const char*>(buffer_.data().data()), buffer_.size()});
        buffer_.consume(buffer_.size());
        if (buffer_.capacity() > max_idle_buffer_bytes) buffer_ = {};
    }
    if (abandoned_) co_return; // on_deadline ends it
    break_off();
    yard_.lines.erase(self);
    if (auto* owner = std::exchange(owner_, nullptr)) owner->on_line_down(why, up_);
}

// Empty, or why there is no connection.
async::awaitable<std::string> line::dial() {
    auto& socket = stream_.next_layer();
    error_code failed = asio::error::host_not_found;
    for (const auto& endpoint : yard_.endpoints) {
        error_code ignored;
        socket.close(ignored);
        socket.open(endpoint.protocol(), failed);
        if (!failed && source_) socket.bind({*source_, 0}, failed);
        if (failed) continue;
        const auto [ec] = co_await socket.async_connect(endpoint, async::use_tuple);
        failed = ec;
        if (!failed || owner_ == nullptr) break;
    }
    if (failed) co_return failed.message();
    socket.set_option(async::tcp::no_delay(true), failed);
    websocket::stream_base::decorator offer([](websocket::request_type& request) {
        request.set(http::field::sec_websocket_protocol, subprotocol);
        request.set(http::field::user_agent, "voltlane-sim");
    });
    stream_.set_option(std::move(offer));
    stream_.read_message_max(max_message_bytes);
    stream_.write_buffer_bytes(write_buffer_bytes);
    stream_.auto_fragment(false);
    stream_.text(true);
    stream_.control_callback([this](websocket::frame_type, auto) {
        if (owner_ != nullptr) owner_->on_line_life();
    });
    websocket::response_type response;
    const auto host = yard_.address.host_header();
    const auto [ec] = co_await stream_.async_handshake(response, host, path_, async::use_tuple);
    if (ec == websocket::error::upgrade_declined) co_return "HTTP " + std::to_string(response.result_int());
    if (ec) co_return ec.message();
    if (response[http::field::sec_websocket_protocol] != subprotocol) co_return "sub-protocol not agreed";
    co_return std::string();
}

void line::send(std::string frame) {
    if (abandoned_ || finish_ != finish::none) return;
    if (outgoing_.size() >= max_waiting) return break_off();
    outgoing_.push_back(std::move(frame));
    if (!writing_) write_next();
}

void line::write_next() {
    writing_ = true;
    auto written = [self = shared_from_this()](error_code ec, std::size_t = 0) {
        self->on_written(ec);
    };
    if (outgoing_.front().empty())
        stream_.async_ping({}, std::move(written));
    else
        stream_.async_write(asio::buffer(outgoing_.front()), std::move(written));
}

void line::on_written(error_code ec) {
    writing_ = false;
    outgoing_.pop_front();
    if (ec) return break_off(); // the read ends as well and tells the owner
    if (!outgoing_.empty()) return write_next();
    if (finish_ != finish::none) finish_now();
}

void line::close() {
    owner_ = nullptr;
    finish_ = finish::close;
    if (!writing_) finish_now();
}

void line::cut() {
    owner_ = nullptr;
    finish_ = finish::cut;
    if (!writing_) finish_now();
}

void line::finish_now() {
    if (finish_ == finish::cut || !up_) return break_off();
    yard_.wheel.schedule(*this, close_patience);
    stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](error_code) {});
}

void line::abandon() {
    owner_ = nullptr;
    abandoned_ = true;
    error_code ignored;
    stream_.next_layer().cancel(ignored); // nothing is read any more, so no ping is answered
    yard_.wheel.schedule(*this, half_open_time);
}

void line::break_off() {
    error_code ignored;
    stream_.next_layer().close(ignored);
}

void line::on_deadline() {
    const auto self = shared_from_this();
    break_off();
    if (abandoned_) yard_.lines.erase(self);
}

} // namespace voltlane::simulator
