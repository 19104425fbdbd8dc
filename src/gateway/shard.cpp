#include "gateway/shard.hpp"

#include "gateway/net/handshake.hpp"
#include "gateway/replies.hpp"

#include <boost/asio/this_coro.hpp>

namespace voltlane::gateway {
namespace {

namespace asio = boost::asio;

// Out of descriptors: accepting again at once would spin.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::uint32_t sweep_seconds = 60;

} // namespace

shard::shard(std::size_t index, async::executor ex, const shard_settings& settings,
             kafka::publisher& publisher, gateway_metrics& metrics,
             std::function<void(roster_news)> tell_home)
    : index_(index)
    , executor_(ex)
    , settings_(settings)
    , publisher_(publisher)
    , metrics_(metrics)
    , tell_home_(std::move(tell_home))
    , log_(log::get("gateway"))
    , frame_log_(log::get("frames"))
    , wheel_(ex)
    , pacer_(ex)
    , adapter_(settings.intervals)
    , environment_{.adapter = adapter_,
                   .parser = parser_,
                   .stats = stats_,
                   .gateway = settings.gateway,
                   .command_key = settings.command_key,
                   .calls_per_second = settings.calls_per_second,
                   .notes = settings.log_frames}
    , acceptor_(ex)
    , group_(ex,
             [this](std::exception_ptr failure) {
                 try {
                     std::rethrow_exception(failure);
                 } catch (const std::exception& e) {
                     log_->error("a connection ended with an exception: {}", e.what());
                 }
             })
    , mail_(ex, [this](std::vector<shard_mail>& batch) { take(batch); }) {
    directory_.on_charge_point_gone = [this](const charger_key& key) {
        for_each(key, [](connection& c) { c.on_deleted(); });
    };
    directory_.on_tenant_gone = [this](tenant_id id) {
        for_each(id, [](connection& c) { c.on_deleted(); });
    };
    directory_.on_key_changed = [this](tenant_id id) {
        for_each(id, [](connection& c) { c.on_key_changed(); });
    };
}

shard::~shard() = default;

void shard::start(async::tcp_acceptor acceptor) {
    acceptor_ = std::move(acceptor);
    wheel_.start();
    wheel_.schedule(*this, std::chrono::seconds(1));
    group_.spawn([this] { return accept(); });
}

door shard::at_the_door() const {
    return {.ready = ready_ && !stopping_,
            .full = connections_.size() >= settings_.max_connections,
            .now = now().wall};
}

async::awaitable<void> shard::accept() {
    async::steady_timer pause(executor_);
    while (!stopping_) {
        auto [ec, socket] = co_await acceptor_.async_accept(async::use_tuple);
        if (ec == asio::error::operation_aborted || stopping_) co_return;
        if (ec) {
            log_->warn("cannot accept: {}", ec.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(async::use_tuple);
            continue;
        }
        if (handshakes_ >= max_handshakes) continue; // closes
        group_.spawn([this, s = std::move(socket)]() mutable { return serve(std::move(s)); });
    }
}

async::awaitable<std::shared_ptr<connection>> shard::greet(async::tcp_socket socket) {
    struct counter {
        std::size_t& n;
        explicit counter(std::size_t& of) : n(of) { ++n; }
        ~counter() { --n; }
    };
    const counter counted(handshakes_);
    co_return co_await shake_hands(*this, std::move(socket));
}

async::awaitable<void> shard::serve(async::tcp_socket socket) {
    const auto made = co_await greet(std::move(socket));
    if (made) co_await made->run();
}

void shard::note_drops(std::string_view charger, instant now) {
    if (stats_.dropped == drops_noted_) return;
    drops_noted_ = stats_.dropped;
    if (const auto n = drop_lines_.due(now.steady); n != 0)
        log_->warn("{}: a message that cannot be answered was dropped ({} since the last such line)", charger,
                   n);
}

void shard::enter(connection& c) {
    connections_.emplace(c.key_text(), &c);
    metrics_.opened.Increment();
    metrics_.connections.Increment();
    tell_home_({c.key_text(), index_, true});
}

void shard::leave(connection& c) {
    const auto [from, to] = connections_.equal_range(c.key_text());
    for (auto at = from; at != to; ++at) {
        if (at->second != &c) continue;
        connections_.erase(at);
        break;
    }
    metrics_.connections.Decrement();
    tell_home_({c.key_text(), index_, false});
}

template <class F>
void shard::for_each(const charger_key& key, F&& f) {
    const auto text = to_string(key);
    // A call may take the connection out of the map.
    std::vector<std::shared_ptr<connection>> found;
    const auto [from, to] = connections_.equal_range(text);
    for (auto at = from; at != to; ++at)
        found.push_back(at->second->shared_from_this());
    for (const auto& c : found)
        f(*c);
}

template <class F>
void shard::for_each(tenant_id id, F&& f) {
    std::vector<std::shared_ptr<connection>> theirs;
    for (const auto& [key, c] : connections_)
        if (c->session().who().key.tenant == id) theirs.push_back(c->shared_from_this());
    for (const auto& c : theirs)
        f(*c);
}

void shard::take(std::vector<shard_mail>& batch) {
    for (auto& m : batch) {
        if (const auto* news = std::get_if<directory_news>(&m))
            directory_.apply(*news);
        else if (const auto* note = std::get_if<presence_note>(&m))
            take(*note);
        else if (const auto* c = std::get_if<events::command>(&m))
            take(*c);
        else if (std::holds_alternative<directory_replay_begins>(m))
            directory_.begin_replay();
        else if (std::holds_alternative<directory_replay_ends>(m))
            directory_.end_replay();
        else
            ready_ = true;
    }
}

void shard::take(const presence_note& note) {
    for_each(note.key, [&note](connection& c) { c.on_presence(note); });
}

void shard::take(const events::command& c) {
    bool taken = false;
    for_each(c.key, [&](connection& held) { taken = taken || held.on_command(c); });
    if (!taken) report_undeliverable(publisher_, settings_, c, now().wall, metrics_);
}

void shard::on_deadline() {
    add_metrics();
    if (++ticks_ % sweep_seconds == 0) directory_.forget_old(now().wall);
    wheel_.schedule(*this, std::chrono::seconds(0));
}

void shard::add_metrics() {
    stats_.evicted_vouches = directory_.vouches_evicted();
    metrics_.add(stats_, counted_);
    counted_ = stats_;
}

async::awaitable<void> shard::stop(async::steady_point deadline) {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    std::vector<std::shared_ptr<connection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, c] : connections_)
        all.push_back(c->shared_from_this());
    for (const auto& c : all)
        c->stop();
    group_.stop();
    async::steady_timer tick(executor_);
    while (!connections_.empty() && std::chrono::steady_clock::now() < deadline) {
        tick.expires_after(std::chrono::milliseconds(20));
        co_await tick.async_wait(async::use_tuple);
    }
    if (!connections_.empty()) log_->warn("{} connections did not end in time", connections_.size());
    for (const auto& c : all)
        c->abort();
    all.clear();
    co_await group_.join(std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
    wheel_.stop();
    add_metrics();
}

} // namespace voltlane::gateway
