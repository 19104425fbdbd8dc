#include "api/routes/event_stream.hpp"

#include "api/errors.hpp"
#include "shared/http/body_stream.hpp"

namespace voltlane::api {
namespace {

// How often rights are looked at again, and how often a quiet stream says that it is alive (proxies close
// silent ones after 30 to 60 s).
constexpr std::chrono::seconds look_again{2};
constexpr std::chrono::seconds beat{15};

// Links the hub's wake-ups, which come from another shard, with a stream that may have ended meanwhile.
struct wake_link {
    explicit wake_link(async::executor e) : ex(e) {}
    async::executor ex;
    http::body_stream* stream = nullptr; // on ex only
    std::atomic<bool> posted = false;
};

void wake(const std::shared_ptr<wake_link>& link) {
    if (link->posted.exchange(true)) return;
    async::asio::post(link->ex, [link] {
        link->posted = false;
        if (link->stream != nullptr) link->stream->wake();
    });
}

struct unlink {
    std::shared_ptr<wake_link> link;
    ~unlink() { link->stream = nullptr; }
};

} // namespace

std::string event_text(const event_hub::batch& b) {
    std::string out;
    if (b.reset) out += "event: reset\ndata: {}\n\n";
    for (const auto& e : b.events) {
        if (e == b.events.back() && !b.id.empty()) out += "id: " + b.id + "\n";
        out += "event: " + e->type + "\ndata: " + e->data + "\n\n";
    }
    // An id alone dispatches nothing, but the client remembers it.
    if (b.events.empty() && !b.id.empty()) out += "id: " + b.id + "\n\n";
    return out;
}

void event_stream_routes::add_to(router& table) {
    table.add({"GET", "/api/events/", http::access::account, "events", [this](http::request& r, call& c) {
                   return open(r, c);
               }});
}

async::awaitable<http::response> event_stream_routes::open(http::request& r, call& c) {
    std::string last_id(r.header("last-event-id"));
    if (last_id.empty()) last_id = r.parameter("last_event_id").value_or("");
    http::response answer;
    answer.content_type = "text/event-stream; charset=utf-8";
    answer.set("X-Accel-Buffering", "no");
    answer.stream = [this, who = c.who, last_id](http::body_stream& out) {
        return run(out, who, last_id);
    };
    co_return answer;
}

async::awaitable<void> event_stream_routes::run(http::body_stream& out, identity who, std::string last_id) {
    const auto ex = co_await async::asio::this_coro::executor;
    const auto link = std::make_shared<wake_link>(ex);
    const unlink at_end{link};
    link->stream = &out;
    const auto subscription = hub_.subscribe(who.caller, last_id, [link] { wake(link); });
    if (!subscription) {
        co_await out.write("retry: 10000\nevent: overloaded\ndata: {}\n\n");
        co_return;
    }
    bool alive = co_await out.write("retry: 2000\n: connected\n\n");
    auto next_beat = std::chrono::steady_clock::now();
    while (alive) {
        if (clock_.now() >= who.expires_at || revocations_.is_revoked(who.session)) co_return;
        auto b = subscription->take();
        const auto now = std::chrono::steady_clock::now();
        if (!b.events.empty() || b.reset || now >= next_beat) {
            metrics_.events_sent.Increment(static_cast<double>(b.events.size()));
            if (b.reset) metrics_.event_resets.Increment();
            const bool more = b.id.empty();
            auto text = event_text(b);
            if (text.empty()) text = ": alive\n\n";
            next_beat = now + beat;
            alive = co_await out.write(std::move(text));
            if (more) continue;
        }
        if (alive) alive = co_await out.wait_until(std::chrono::steady_clock::now() + look_again);
    }
}

} // namespace voltlane::api
