#pragma once

#include "gateway/session/instant.hpp"
#include "gateway/session/session_effects.hpp"
#include "gateway/session/session_stats.hpp"
#include "shared/base/sealed.hpp"
#include "shared/events/command.hpp"
#include "shared/ocpp/frame.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace voltlane::gateway {

// The commands of one connection: one outstanding call at a time, in order of arrival.
//
//            deadline passed -> expired        deadline passed -> timeout (a late answer: answered)
//   push ─▶ queued ─▶ announced ─▶ written ─▶ answered | error
//      │              (`sent` is on its way to the log; acknowledged before the frame is written)
//      └─ too many -> refused, known id -> dropped
//
// Nothing that was announced is sent twice. What became of a command is kept until the log has acknowledged
// it, so that a charger's answer does not get lost with a producer: one reply at a time is on its way,
// results before the next `sent`; one that failed is repeated at the next tick. Made at a connection's first
// command, so that idle ones do not pay for it.
class command_queue {
public:
    static constexpr std::size_t max_queued = 16;      // more: refused
    static constexpr std::size_t max_late = 2;         // timed-out commands whose answer may still come
    static constexpr std::size_t max_remembered = 128; // ids for deduplication; the oldest is forgotten

    static constexpr std::size_t max_unconfirmed = 8; // results; more: the oldest is given up, counted

    // Called before a command's frame is written: the vouch it brings takes effect.
    using sending = std::function<void(const events::command&)>;

    command_queue(session_effects& effects, session_stats& stats, const std::string& gateway,
                  const sealing_key* key, sending on_sending);

    void push(events::command c, instant now);
    // Sends the next one where nothing is outstanding. `allowed`: the charger may be called.
    void pump(bool allowed, instant now);
    void on_reply_delivered(bool ok, bool allowed, instant now);
    // The same where nothing may be sent any more: the connection closes.
    void settle(bool ok);
    // A CALLRESULT, CALLERROR or broken answer. False: it belongs to no command of ours.
    bool on_answer(const ocpp::frame& f, bool allowed, instant now);
    void on_tick(bool allowed, instant now);
    // The socket is gone: what is outstanding times out, what is queued is undeliverable. Results go to the
    // log once more, unacknowledged.
    void on_gone(instant now);

    // The action of the command that was answered last, and whether with Accepted: TriggerMessage lets a
    // pending charger speak.
    const std::string& last_answered() const noexcept { return last_answered_; }
    bool last_accepted() const noexcept { return last_accepted_; }
    bool idle() const noexcept { return queued_.empty() && !current_ && unconfirmed_.empty(); }

private:
    enum class step { announcing, failed, written };
    enum class word { none, announcement, result };
    struct outstanding {
        events::command command;
        step at = step::announcing;
    };

    bool seen(const std::string& id, timestamp deadline, instant now);
    void report(const events::command& c, events::command_state state, instant now);
    void conclude(events::reply r);
    void announce(instant now);
    void write(instant now);
    void finish(const events::command& c, const ocpp::frame& f, instant now);

    session_effects& effects_;
    session_stats& stats_;
    const std::string& gateway_;
    const sealing_key* key_;
    sending on_sending_;
    std::deque<events::command> queued_;
    std::optional<outstanding> current_;
    std::vector<events::command> late_;
    std::vector<std::pair<std::string, timestamp>> seen_;
    std::string last_answered_;
    bool last_accepted_ = false;
    std::vector<events::reply> unconfirmed_; // the first one is on its way where on_its_way_ says so
    word on_its_way_ = word::none;           // an announcement also where its command has ended meanwhile
};

} // namespace voltlane::gateway
