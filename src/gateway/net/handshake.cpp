#include "gateway/net/handshake.hpp"

#include "gateway/net/admission.hpp"
#include "gateway/shard.hpp"
#include "shared/ocpp/subprotocol.hpp"

#include <array>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/field.hpp>

namespace voltlane::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::string_view end_of_head = "\r\n\r\n";
// Read in pieces no larger than this, so that what comes behind the head is small: it must fit into Beast's
// handshake buffer (1536 bytes) together with the minimal upgrade.
constexpr std::size_t piece_bytes = 1024;
// A refused client's own bytes are read and dropped this often, so that it sees the answer instead of a
// reset.
constexpr int drain_pieces = 16;

// Cuts a socket whose handshake takes too long.
class handshake_guard final : private async::wheel_entry {
public:
    handshake_guard(shard& owner, async::tcp_socket& socket) : owner_(owner), socket_(&socket) {
        owner_.wheel().schedule(*this, handshake_patience);
    }
    void watch(async::tcp_socket& socket) noexcept { socket_ = &socket; }

private:
    void on_deadline() override {
        owner_.metrics().handshake_timeouts.Increment();
        boost::system::error_code ignored;
        socket_->close(ignored);
    }
    shard& owner_;
    async::tcp_socket* socket_;
};

// Whether more bytes could still make this a request: TLS hellos, banners and noise are not waited for.
bool may_become_http(std::string_view text) {
    if (!text.empty() && (text.front() < 'A' || text.front() > 'Z')) return false;
    const auto line_end = text.find('\n');
    if (line_end == std::string_view::npos) return true;
    return text.substr(0, line_end).find(" HTTP/1.") != std::string_view::npos;
}

struct head {
    std::string text;   // the whole header block
    std::string behind; // what came after it
    bool complete = false;
    bool too_large = false;
};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): owned by the caller's frame
async::awaitable<head> read_head(async::tcp_socket& socket) {
    head h;
    std::array<char, piece_bytes> piece;
    while (!h.complete && !h.too_large) {
        const auto [ec, n] = co_await socket.async_read_some(asio::buffer(piece), async::use_tuple);
        if (ec) break;
        const auto search_from = h.text.size() < end_of_head.size() ? 0 : h.text.size() - end_of_head.size();
        h.text.append(piece.data(), n);
        const auto at = h.text.find(end_of_head, search_from);
        h.complete = at != std::string::npos;
        if (h.complete) {
            h.behind = h.text.substr(at + end_of_head.size());
            h.text.resize(at + end_of_head.size());
        }
        h.too_large = h.text.size() > max_head_bytes;
        if (!h.complete && !may_become_http(h.text)) break;
    }
    co_return h;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): owned by the caller's frame
async::awaitable<void> answer_refusal(async::tcp_socket& socket, std::string text) {
    const auto [ec, n] = co_await asio::async_write(socket, asio::buffer(text), async::use_tuple);
    boost::system::error_code ignored;
    if (!ec) {
        socket.shutdown(async::tcp_socket::shutdown_send, ignored);
        std::array<char, piece_bytes> rest;
        for (int i = 0; i < drain_pieces; ++i) {
            const auto [ended, got] = co_await socket.async_read_some(asio::buffer(rest), async::use_tuple);
            if (ended) break;
        }
    }
    socket.close(ignored);
}

} // namespace

async::awaitable<std::shared_ptr<connection>> shake_hands(shard& owner, async::tcp_socket socket) {
    handshake_guard guard(owner, socket);
    auto h = co_await read_head(socket);
    if (h.too_large) {
        owner.metrics().refused(431).Increment();
        co_await answer_refusal(socket, refusal_text(431, "the request's head is too large", 0));
        co_return nullptr;
    }
    if (!h.complete) co_return nullptr;

    const auto request = read_upgrade_request(h.text);
    auto decided = admit(request, owner.directory(), owner.at_the_door());
    if (!decided.accepted()) {
        owner.metrics().refused(decided.status).Increment();
        owner.log().debug("handshake refused with {}: {}", decided.status, decided.reason);
        if (decided.status == 0) co_return nullptr;
        const unsigned retry = decided.status == 503 ? admission::retry_seconds : 0;
        co_await answer_refusal(socket, refusal_text(decided.status, decided.reason, retry));
        co_return nullptr;
    }

    auto made = std::make_shared<connection>(owner, std::move(socket), std::move(decided.who));
    guard.watch(made->stream().next_layer());
    auto decorate = [echo = decided.echo_protocol](websocket::response_type& r) {
        r.set(beast::http::field::server, "voltlane");
        if (echo) r.set(beast::http::field::sec_websocket_protocol, ocpp::ocpp16_subprotocol);
    };
    made->stream().set_option(websocket::stream_base::decorator(std::move(decorate)));
    const auto upgrade = minimal_upgrade(request) + h.behind;
    const auto [ec] = co_await made->stream().async_accept(asio::const_buffer(upgrade.data(), upgrade.size()),
                                                           async::use_tuple);
    if (ec) {
        owner.log().debug("{}: handshake failed: {}", made->key_text(), ec.message());
        co_return nullptr;
    }
    co_return made;
}

} // namespace voltlane::gateway
