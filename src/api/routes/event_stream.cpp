#include "api/routes/event_stream.hpp"

#include "api/errors.hpp"
#include "shared/http/body_stream.hpp"

namespace voltlane::api {
namespace {

// How often rights are looked at again, and how often a quiet stream says that it is alive (proxies close
// silent ones after 30 to 60 s).
constexpr std::chrono::seconds look_again{2};
constexpr std::chrono::seconds beat{15};
// How long a stream goes on while nobody can tell whether its account's rights still hold.
constexpr std::chrono::seconds unconfirmed{30};

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

// JSON has line breaks only between its tokens; in a stream they would end the field.
void append_line(std::string& out, std::string_view json) {
    for (const char c : json)
        out += c == '\r' || c == '\n' ? ' ' : c;
}

} // namespace

struct event_stream_routes::reader {
    reader(async::executor ex, identity i)
        : link(std::make_shared<wake_link>(ex))
        , who(std::move(i))
        , confirmed(std::chrono::steady_clock::now())
        , next_look(confirmed + look_again) {}

    std::shared_ptr<wake_link> link;
    identity who;
    std::unique_ptr<event_hub::subscription> subscription;
    async::steady_point confirmed; // when the rights were known to hold
    async::steady_point next_look;
};

std::string event_text(const event_hub::batch& b) {
    std::string out;
    if (b.reset) out += "event: reset\ndata: {}\n\n";
    for (const auto& e : b.events) {
        if (e == b.events.back() && !b.id.empty()) out += "id: " + b.id + "\n";
        out += "event: " + e->type + "\ndata: ";
        append_line(out, e->data);
        out += "\n\n";
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
    const auto mine = std::make_shared<reader>(co_await async::asio::this_coro::executor, c.who);
    mine->subscription = hub_.subscribe(c.who.caller, last_id, [link = mine->link] { wake(link); });
    if (!mine->subscription) co_return unavailable("Too many event streams are open.");
    http::response answer;
    answer.content_type = "text/event-stream; charset=utf-8";
    answer.set("X-Accel-Buffering", "no");
    answer.stream = [this, mine](http::body_stream& out) {
        return run(out, mine);
    };
    co_return answer;
}

async::awaitable<bool> event_stream_routes::may_go_on(reader& r) {
    if (clock_.now() >= r.who.expires_at || revocations_.is_revoked(r.who.session)) co_return false;
    const auto now = std::chrono::steady_clock::now();
    if (now < r.next_look) co_return true;
    r.next_look = now + look_again;
    const claims c{r.who.caller.account, r.who.session, token_kind::access, {}, r.who.expires_at};
    try {
        const auto who = co_await authenticator_.check(c, now + look_again);
        if (!who || who->caller.tenant != r.who.caller.tenant || who->caller.role != r.who.caller.role)
            co_return false;
        r.confirmed = now;
    } catch (const std::exception&) {
        // The database is away: for a while the last answer counts.
        co_return now - r.confirmed < unconfirmed;
    }
    co_return true;
}

async::awaitable<void> event_stream_routes::run(http::body_stream& out, std::shared_ptr<reader> r) {
    const unlink at_end{r->link};
    r->link->stream = &out;
    bool alive = co_await out.write("retry: 2000\n: connected\n\n");
    auto next_beat = std::chrono::steady_clock::now();
    while (alive) {
        if (!co_await may_go_on(*r)) co_return;
        auto b = r->subscription->take();
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
