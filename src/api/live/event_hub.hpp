#pragma once

#include "api/live/event_id.hpp"
#include "api/metrics.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/ids.hpp"
#include "shared/domain/visibility.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace voltlane::api {

// One server-sent event and who may see it.
struct live_event {
    std::string type; // session, station, command
    std::string data; // JSON, one line
    live_topic topic = live_topic::sessions;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    tenant_id tenant;
    std::optional<account_id>
        owner; // of the session, giver of the command; none (stations): the tenant's members
};

// The last ten minutes of live events, for clients that follow and for those that come back.
//
// One writer (the live reader, home shard); subscriptions from any shard. A session's updates are held back
// so that one goes out every 5 s at most; its start, end and review never wait.
class event_hub {
public:
    static constexpr std::chrono::minutes keep{10};
    static constexpr std::chrono::seconds update_every{5};
    // Events kept for one tenant (or account); more drop the oldest, and who needed those is told to fetch
    // anew.
    static constexpr std::size_t most_per_audience = 10'000;
    // Clients of one pod, of one tenant and of one account (a dashboard in twenty tabs); more get 503, so
    // that nobody takes the streams of all others.
    static constexpr std::size_t most_subscriptions = 2'000;
    static constexpr std::size_t most_per_tenant = 200;
    static constexpr std::size_t most_per_account = 20;
    // Events one client gets in one piece.
    static constexpr std::size_t most_per_batch = 500;

    struct batch {
        std::vector<std::shared_ptr<const live_event>> events;
        std::string id;     // the place behind them
        bool reset = false; // what the client missed is not kept: it must fetch everything anew
    };

    class subscription {
    public:
        ~subscription();
        // What came since the last call, at most most_per_batch.
        batch take();

    private:
        friend class event_hub;
        subscription(event_hub& hub, domain::caller who, std::function<void()> wake)
            : hub_(hub)
            , who_(who)
            , wake_(std::move(wake)) {}

        event_hub& hub_;
        domain::caller who_;
        std::function<void()> wake_; // any thread; called with the hub locked
        std::string audience_;
        std::uint64_t cursor_ = 0;          // the next event's number
        std::optional<live_position> from_; // a returning client's place: earlier events are skipped
        bool reset_ = false;
    };

    event_hub(const clock& c, metrics& m) : clock_(c), metrics_(m) {}

    // The reader's place before its first record. Another generation, or a place further back, empties the
    // hub.
    void begin(live_position start);
    // `update`: a session's intermediate state, which may be held back under `session`.
    void add(live_event e, bool update, std::int64_t session);
    void advance(live_topic topic, std::int32_t partition, std::int64_t next);
    void tick(); // once a second: what was held back and is due, what is too old

    // `last_id`: the client's Last-Event-ID, empty: none. nullptr: one of the three bounds.
    std::unique_ptr<subscription> subscribe(const domain::caller& who, std::string_view last_id,
                                            std::function<void()> wake);

private:
    struct kept {
        std::uint64_t number = 0;
        clock::steady_point at{};
        std::shared_ptr<const live_event> event;
    };
    struct ring {
        std::deque<kept> events;
        live_position floor;       // below it events were dropped because there were too many
        std::uint64_t dropped = 0; // number of the youngest event that is no longer kept
        std::vector<subscription*> followers;
    };
    struct held {
        live_event event;
        clock::steady_point due{};
    };

    static std::string audience_of(tenant_id t) { return "t" + std::to_string(t()); }
    static std::string audience_of(account_id a) { return "a" + std::to_string(a()); }
    static bool sees(const domain::caller& who, const live_event& e);
    void emit(live_event e);
    void put(const std::string& audience, const kept& k);
    std::string current_id() const;
    bool keeps(const live_position& place, const ring& r) const;
    bool full_for(const domain::caller& who) const;

    const clock& clock_;
    metrics& metrics_;
    mutable std::mutex mutex_;
    live_position current_;
    live_position start_;
    std::deque<std::pair<clock::steady_point, live_position>>
        history_; // one a tick where it moved, `keep` long
    std::uint64_t next_number_ = 1;
    std::map<std::string, ring, std::less<>> rings_;
    std::unordered_map<std::int64_t, held> held_;
    std::unordered_map<std::int64_t, clock::steady_point> last_update_;
    std::size_t subscriptions_ = 0;
    std::unordered_map<std::int64_t, std::size_t> of_account_;
    std::unordered_map<std::int64_t, std::size_t> of_tenant_;
};

} // namespace voltlane::api
