#include "shared/http/connection.hpp"

#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/http/limits.hpp"
#include "shared/http/target.hpp"

#include <array>
#include <ctime>

#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace voltlane::http {
namespace {

namespace bhttp = boost::beast::http;
using bhttp::field;

constexpr unsigned whole = 0;
constexpr unsigned gone = 1;
// After an answer that ends the connection with input unread: closing at once would reset it under the
// client's nose.
constexpr std::chrono::seconds drain_time{2};
constexpr std::size_t drain_bytes = 2 * max_body_bytes;

unsigned status_of(const boost::system::error_code& ec) {
    if (ec == bhttp::error::header_limit || ec == bhttp::error::buffer_overflow) return 431;
    if (ec == bhttp::error::body_limit) return 413;
    if (ec == bhttp::error::bad_version) return 505;
    if (ec.category() == bhttp::make_error_code(bhttp::error::bad_method).category() &&
        ec != bhttp::error::end_of_stream && ec != bhttp::error::partial_message)
        return 400;
    return gone;
}

// What request smuggling lives on is refused: two ideas of where the body ends, or of whose request it is.
bool well_formed(const bhttp::request<bhttp::string_body>& m) {
    const auto lengths = m.count(field::content_length);
    const auto codings = m.count(field::transfer_encoding);
    if (lengths > 1 || codings > 1 || (lengths != 0 && codings != 0)) return false;
    // Beast takes "2, 2" for 2.
    const std::string_view length = m[field::content_length];
    if (length.find_first_not_of("0123456789") != std::string_view::npos) return false;
    if (codings != 0 && !iequals(trim(m[field::transfer_encoding]), "chunked")) return false;
    if (m.version() >= 11 && m.count(field::host) != 1) return false;
    return m.count(field::host) <= 1;
}

void append_date(std::string& out) {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    const auto n = std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    out.append(text.data(), n);
}

// A value never ends its line, whatever a handler puts there.
void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value)
        out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    out.append("\r\n");
}

std::string chunk(std::string_view piece) {
    std::array<char, 20> size{};
    const auto n = std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    std::string out(size.data(), static_cast<std::size_t>(n));
    out.append(piece).append("\r\n");
    return out;
}

// A share of what a listener may hold of bodies that are being read.
class body_budget {
public:
    body_budget(std::size_t& used, std::size_t bytes)
        : used_(used)
        , bytes_(bytes)
        , granted_(bytes == 0 || used + bytes <= max_bodies_bytes) {
        if (granted_) used_ += bytes_;
    }
    ~body_budget() {
        if (granted_) used_ -= bytes_;
    }
    body_budget(const body_budget&) = delete;
    body_budget& operator=(const body_budget&) = delete;
    bool granted() const noexcept { return granted_; }

private:
    std::size_t& used_;
    std::size_t bytes_;
    bool granted_;
};

} // namespace

connection::connection(listener& owner, async::tcp_socket socket)
    : owner_(owner)
    , socket_(std::move(socket))
    , buffer_(max_read_ahead_bytes) {
    boost::system::error_code ec;
    socket_.set_option(async::tcp::no_delay(true), ec);
    const auto remote = socket_.remote_endpoint(ec);
    if (!ec) peer_ = remote.address().to_string();
    owner_.connections_.insert(this);
}

connection::~connection() {
    owner_.connections_.erase(this);
}

void connection::stop() {
    stopping_ = true;
    if (phase_ == phase::idle) {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    wake();
}

void connection::on_deadline() {
    late_ = true;
    boost::system::error_code ignored;
    if (phase_ == phase::reading) {
        socket_.cancel(ignored);
    } else {
        socket_.close(ignored);
    }
}

async::awaitable<void> connection::run() {
    // A stop's `total` cancellation must not tear down a request that is being answered; `terminal` does.
    while (co_await next()) {
    }
    boost::system::error_code ignored;
    socket_.close(ignored);
}

async::awaitable<bool> connection::next() {
    phase_ = phase::idle;
    late_ = false;
    if (stopping_) co_return false;
    if (buffer_.size() == 0) {
        buffer_.shrink_to_fit();
        owner_.wheel_.schedule(*this, idle_time);
        auto [ec] = co_await socket_.async_wait(async::tcp_socket::wait_read, async::use_tuple);
        if (ec) co_return false;
    }
    phase_ = phase::reading;
    owner_.wheel_.schedule(*this, read_time);
    request_ = {};
    request_.peer = peer_;
    request_.shard = owner_.shard_;
    const unsigned refused = co_await read();
    owner_.wheel_.cancel(*this);
    if (refused == gone) co_return false;
    if (refused != whole) co_return co_await refuse(refused);

    phase_ = phase::answering;
    response answer;
    bool failed = false;
    try {
        answer = co_await owner_.callbacks_.handle(request_);
    } catch (const std::exception& e) {
        // Without the path, which may hold a token.
        log::get("http")->error("a {} failed: {}", request_.method, e.what());
        failed = true;
    }
    if (failed) {
        if (owner_.callbacks_.protocol_error) {
            answer = owner_.callbacks_.protocol_error(request_, 500);
        } else {
            answer = response{};
            answer.status = 500;
        }
    }
    if (answer.close || stopping_) keep_alive_ = false;
    const bool sent = co_await send(answer);
    co_return sent&& keep_alive_;
}

async::awaitable<unsigned> connection::read() {
    bhttp::request_parser<bhttp::string_body> parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(max_body_bytes);
    auto [ec, n] = co_await bhttp::async_read_header(socket_, buffer_, parser, async::use_tuple);
    const auto& m = parser.get();
    request_.method = std::string(m.method_string());
    request_.target = std::string(m.target());
    if (const auto parts = split_target(request_.target)) {
        request_.path = parts->first;
        request_.query = parts->second;
    } else if (request_.target == "*" && request_.method == "OPTIONS") {
        request_.path = request_.target;
    }
    http10_ = m.version() < 11;
    for (const auto& f : m)
        request_.headers.emplace_back(ascii_lower(std::string_view(f.name_string())), std::string(f.value()));
    keep_alive_ = !ec && m.keep_alive();
    if (ec) co_return late_ ? 408 : status_of(ec);
    if (m.version() != 10 && m.version() != 11) co_return 505;
    if (!well_formed(m) || request_.path.empty()) co_return 400;

    if (!parser.is_done()) {
        // What it says it will be is allocated at once; what does not say (chunked) may be the largest.
        const auto length = parser.content_length().value_or(max_body_bytes);
        const body_budget budget(owner_.bodies_bytes_, length > small_body_bytes ? length : 0);
        if (!budget.granted()) co_return 503;
        if (iequals(trim(m[field::expect]), "100-continue") && !http10_ && buffer_.size() == 0) {
            const bool told = co_await send_text("HTTP/1.1 100 Continue\r\n\r\n");
            if (!told) co_return gone;
        }
        auto [failed, count] = co_await bhttp::async_read(socket_, buffer_, parser, async::use_tuple);
        if (failed) co_return late_ ? 408 : status_of(failed);
    }
    request_.body = std::move(parser.get().body());
    co_return whole;
}

async::awaitable<bool> connection::refuse(unsigned status) {
    keep_alive_ = false;
    response answer;
    if (owner_.callbacks_.protocol_error) {
        answer = owner_.callbacks_.protocol_error(request_, status);
    } else {
        answer.status = status;
        answer.content_type = "text/plain";
        answer.body = std::string(reason_phrase(status)) + "\n";
    }
    const bool sent = co_await send(answer);
    if (sent) co_await drain();
    co_return false;
}

async::awaitable<void> connection::drain() {
    phase_ = phase::closing;
    owner_.wheel_.schedule(*this, drain_time);
    boost::system::error_code ignored;
    socket_.shutdown(async::tcp_socket::shutdown_send, ignored);
    std::array<char, 4096> sink{};
    for (std::size_t total = 0; total < drain_bytes;) {
        auto [ec, n] = co_await socket_.async_read_some(async::asio::buffer(sink), async::use_tuple);
        if (ec) break;
        total += n;
    }
    owner_.wheel_.cancel(*this);
}

std::string connection::head_of(const response& answer) const {
    std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    out.append(reason_phrase(answer.status)).append("\r\n");
    append_date(out);
    if (!answer.content_type.empty()) append_field(out, "Content-Type", answer.content_type);
    for (const auto& [name, value] : answer.headers)
        append_field(out, name, value);
    if (answer.stream) {
        if (!http10_) append_field(out, "Transfer-Encoding", "chunked");
    } else if (answer.status != 204 && answer.status != 304) {
        append_field(out, "Content-Length", std::to_string(answer.body.size()));
    }
    if (!keep_alive_) {
        append_field(out, "Connection", "close");
    } else if (http10_) {
        append_field(out, "Connection", "keep-alive");
    }
    out.append("\r\n");
    return out;
}

async::awaitable<bool> connection::send(response& answer) {
    const bool bodiless = request_.method == "HEAD" || answer.status == 204 || answer.status == 304;
    if (answer.stream && http10_) keep_alive_ = false;
    std::string text = head_of(answer);
    if (!answer.stream && !bodiless) text += answer.body;
    const bool sent = co_await send_text(std::move(text));
    if (!sent || !answer.stream || bodiless) co_return sent;
    co_await answer.stream(*this);
    if (stopping_) keep_alive_ = false;
    if (http10_ || late_ || failed_) co_return false;
    co_return co_await send_text("0\r\n\r\n");
}

async::awaitable<bool> connection::send_text(std::string text) {
    const auto before = phase_;
    if (before != phase::reading) {
        phase_ = phase::writing;
        owner_.wheel_.schedule(*this, write_time);
    }
    auto [ec, n] = co_await async::asio::async_write(socket_, async::asio::buffer(text), async::use_tuple);
    if (before != phase::reading) {
        owner_.wheel_.cancel(*this);
        phase_ = phase::answering;
    }
    co_return !ec;
}

async::awaitable<bool> connection::write(std::string piece) {
    if (piece.empty()) co_return true;
    if (stopping_) co_return false;
    co_return co_await send_text(http10_ ? std::move(piece) : chunk(piece));
}

async::awaitable<bool> connection::wait_until(async::steady_point until) {
    if (!sleep_) sleep_.emplace(owner_.executor_);
    if (!woken_ && !stopping_) {
        sleep_->expires_at(until);
        co_await sleep_->async_wait(async::use_tuple);
    }
    woken_ = false;
    co_return !stopping_ && socket_.is_open();
}

void connection::wake() {
    woken_ = true;
    if (sleep_) sleep_->cancel();
}

} // namespace voltlane::http
