#include "gateway/net/connection.hpp"

#include "gateway/net/socket_options.hpp"
#include "gateway/shard.hpp"
#include "shared/events/topics.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/beast/websocket/error.hpp>

namespace voltlane::gateway {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;

// One text message; larger: Beast closes with 1009. The largest legal 1.6 calls (StopTransaction with
// thousands of values) are split by chargers well below this.
constexpr std::size_t max_message_bytes = 64 * 1024;
// What a pending read keeps allocated; the rest of a longer message is read in larger pieces.
constexpr std::size_t first_read_bytes = 512;
constexpr std::size_t further_read_bytes = 8 * 1024;
// A buffer that a message made larger than this is given back.
constexpr std::size_t max_idle_buffer_bytes = 1024;
// A peer whose kernel acknowledges nothing for this long is gone.
constexpr unsigned unacknowledged_ms = 60'000;
// A charger that does not take one message for this long is cut off: what waits for it is bounded, so is its
// time.
constexpr std::chrono::seconds write_patience{30};
// For the other side to answer our close.
constexpr std::chrono::seconds close_patience{5};

std::string printable(std::string_view text) {
    std::string out(text);
    std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return out;
}

} // namespace

connection::connection(shard& owner, async::tcp_socket socket, session_identity who)
    : owner_(owner)
    , stream_(charger_socket(std::move(socket)))
    , key_text_(to_string(who.key))
    , session_(owner.environment(), *this, std::move(who), owner.now())
    , presence_(owner.settings().instance, owner.directory().generation(events::topic::presence))
    , last_heard_(std::chrono::steady_clock::now()) {
    boost::system::error_code ec;
    auto& tcp = stream_.next_layer();
    tcp.set_option(async::tcp::no_delay(true), ec);
    tcp.set_option(tcp_user_timeout(unacknowledged_ms), ec);
    if (const auto peer = tcp.remote_endpoint(ec); !ec) remote_ = peer.address().to_string();
    stream_.read_message_max(max_message_bytes);
    stream_.auto_fragment(false);
    stream_.text(true);
    stream_.control_callback(
        [this](websocket::frame_type, auto) { last_heard_ = std::chrono::steady_clock::now(); });
}

connection::~connection() = default;

async::awaitable<void> connection::run() {
    const auto self = shared_from_this();
    // Whatever ends this coroutine, the shard must not keep a pointer to a connection that nobody reads.
    const leaver at_the_end{*this};
    owner_.enter(*this);
    publish_opened();
    session_.on_key_changed(); // it may have, while the handshake was under way
    reschedule(owner_.now());
    error_code why;
    std::size_t limit = first_read_bytes;
    while (!ended_) {
        const bool reads = !session_.is_closing() && session_.wants_to_read();
        if (!reads || session_.pause_until() > std::chrono::steady_clock::now()) {
            if (reads) owner_.pacer().wait(self, session_.pause_until());
            co_await until_woken();
            continue;
        }
        const auto [ec, n] = co_await stream_.async_read_some(buffer_, limit, async::use_tuple);
        if (ec) {
            why = ec;
            break;
        }
        limit = further_read_bytes;
        if (!stream_.is_message_done()) continue;
        limit = first_read_bytes;
        handle_message(owner_.now());
    }
    gone(why);
}

async::awaitable<void> connection::until_woken() {
    auto init = [this](resume_handler handler) {
        resume_.emplace(std::move(handler));
    };
    co_await asio::async_initiate<const async::use_t, void()>(std::move(init), async::use);
}

void connection::wake() {
    if (!resume_) return;
    auto resume = std::move(*resume_);
    resume_.reset();
    asio::post(owner_.get_executor(), std::move(resume));
}

void connection::handle_message(instant now) {
    last_heard_ = now.steady;
    const std::string_view text(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    if (owner_.settings().log_frames)
        owner_.frame_log().info("{} >> {}", session_.who().identity, printable(text));
    if (stream_.got_binary())
        session_.on_binary();
    else
        session_.on_text(text, now);
    owner_.note_drops(key_text_, now);
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > max_idle_buffer_bytes) buffer_ = {};
}

void connection::count_end(error_code why) {
    auto& m = owner_.metrics();
    m.closed.Increment();
    if (why == websocket::error::message_too_big || why == websocket::error::buffer_overflow)
        m.frames_too_large.Increment();
    else if (why == websocket::condition::protocol_violation || why == websocket::error::bad_frame_payload)
        m.protocol_errors.Increment();
}

std::string_view connection::gone_reason(error_code why) const {
    if (!cut_reason_.empty()) return cut_reason_;
    if (!close_reason_.empty()) return close_reason_;
    if (why == websocket::error::closed) return "closed by the charger";
    if (why == websocket::error::message_too_big) return "message too large";
    if (why == websocket::condition::protocol_violation) return "protocol error";
    return "connection lost";
}

void connection::gone(error_code why) {
    if (gone_) return;
    gone_ = true;
    ended_ = true;
    count_end(why);
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
    outgoing_.clear();
    owner_.log().debug("{}: gone: {}", key_text_, gone_reason(why));
    session_.on_gone(gone_reason(why), owner_.now());
    owner_.leave(*this);
    // Where a newer connection took over, its record speaks for the charger already.
    if (superseded_ || presence_step_ == presence_step::none) return;
    owner_.linger(shared_from_this());
    if (presence_step_ == presence_step::opened) publish_presence(events::presence_state::closed);
    if (presence_step_ == presence_step::opening && !presence_waiter_.pending())
        owner_.unlinger(
            *this); // its record, if there is one, is found ownerless by the reader and closed then
}

// --- the socket's writing side

void connection::send(std::string frame, std::string_view shown) {
    if (ended_ || close_started_) return;
    if (owner_.settings().log_frames)
        owner_.frame_log().info("{} << {}", session_.who().identity,
                                printable(shown.empty() ? frame : shown));
    if (write_under_way_) {
        outgoing_.push_back(std::move(frame));
        return;
    }
    writing_ = std::move(frame);
    write_next();
}

void connection::write_next() {
    write_under_way_ = true;
    write_since_ = std::chrono::steady_clock::now();
    stream_.async_write(asio::const_buffer(writing_.data(), writing_.size()),
                        [self = shared_from_this()](error_code ec, std::size_t) { self->on_write_end(ec); });
}

void connection::on_write_end(error_code ec) {
    write_under_way_ = false;
    std::string().swap(writing_);
    if (gone_) return;
    if (ec) {
        if (!session_.is_closing()) cut("connection lost");
        return wake();
    }
    if (!outgoing_.empty()) {
        writing_ = std::move(outgoing_.front());
        outgoing_.erase(outgoing_.begin());
        write_next();
    }
    session_.on_written(owner_.now());
    if (!write_under_way_ && close_wanted_) start_close();
    wake();
}

void connection::close(close_code code, std::string_view reason) {
    if (close_wanted_) return;
    close_wanted_ = true;
    close_code_ = code;
    close_reason_ = reason;
    close_by_ = std::chrono::steady_clock::now() + close_patience;
    soon();
    if (!write_under_way_) start_close();
}

void connection::start_close() {
    if (close_started_ || ended_) return;
    close_started_ = true;
    websocket::close_reason reason;
    reason.code = static_cast<std::uint16_t>(close_code_);
    reason.reason.assign(close_reason_.data(), close_reason_.size());
    stream_.async_close(reason, [self = shared_from_this()](error_code) {
        self->ended_ = true;
        self->wake();
    });
}

void connection::note(std::string_view line) {
    owner_.frame_log().info("{}", printable(line));
}

// --- time

void connection::soon() {
    owner_.wheel().schedule(*this, std::chrono::seconds(1));
}

void connection::reschedule(instant now) {
    const bool work = close_wanted_ || presence_failed_ || session_.next_tick(now) <= now.steady;
    const auto ping = owner_.settings().ping;
    if (gone_ && !presence_failed_) return;
    if (work)
        soon();
    else
        owner_.wheel().schedule(*this, ping.count() > 0 ? ping : write_patience);
}

void connection::cut(std::string_view why) {
    if (cut_reason_.empty()) cut_reason_ = why;
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored); // what is under way ends with an error, run() among it
    ended_ = true;
    wake();
}

void connection::ping() {
    ping_under_way_ = true;
    stream_.async_ping({}, [self = shared_from_this()](error_code) { self->ping_under_way_ = false; });
}

void connection::on_deadline() {
    const auto self = shared_from_this();
    const auto now = owner_.now();
    if (presence_failed_) {
        if (!gone_ && presence_step_ == presence_step::opening)
            publish_presence(events::presence_state::opened);
        else if (presence_step_ == presence_step::closing)
            publish_presence(events::presence_state::closed);
    }
    if (gone_) return reschedule(now);
    if (event_refused_) {
        event_refused_ = false;
        session_.on_delivered(false, now);
    }
    if (reply_refused_) {
        reply_refused_ = false;
        session_.on_reply_delivered(false, now);
    }
    session_.on_tick(now);
    wake();

    const auto ping_after = owner_.settings().ping;
    const auto silence = now.steady - last_heard_;
    const bool reading = session_.wants_to_read();
    std::string_view why;
    if (now.steady >= close_by_ || (!close_wanted_ && !stream_.is_open()))
        why = "close not answered";
    else if (write_under_way_ && now.steady - write_since_ >= write_patience)
        why = "does not read";
    else if (owner_.settings().pong_required && ping_after.count() > 0 && reading && silence > 2 * ping_after)
        why = "silent";
    if (!why.empty()) {
        owner_.metrics().timeouts.Increment();
        return cut(why);
    }
    if (ping_after.count() > 0 && silence >= ping_after / 2 && !write_under_way_ && !ping_under_way_ &&
        !close_wanted_)
        ping();
    reschedule(now);
}

// --- from the shard

bool connection::on_command(const events::command& c) {
    if (!session_.is_open() || !presence_.is_ours(c.connection)) return false;
    session_.on_command(c, owner_.now());
    soon();
    return true;
}

void connection::on_deleted() {
    session_.on_deleted();
    wake();
}

void connection::on_key_changed() {
    session_.on_key_changed();
    wake();
}

void connection::stop() {
    session_.stop();
    wake();
}

void connection::abort() {
    cut("the gateway is stopping");
}

} // namespace voltlane::gateway
