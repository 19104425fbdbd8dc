#pragma once

#include "gateway/session/answer_memory.hpp"
#include "gateway/session/call_adapter.hpp"
#include "gateway/session/call_rate.hpp"
#include "gateway/session/command_queue.hpp"
#include "gateway/session/session_effects.hpp"
#include "gateway/session/session_stats.hpp"
#include "gateway/session/status_memory.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::gateway {

// What all sessions of a shard share. Outlives them.
struct session_environment {
    call_adapter& adapter;
    ocpp::frame_parser& parser;
    session_stats& stats;
    std::string gateway;                      // this process's name, in events and replies
    const sealing_key* command_key = nullptr; // null: sealed commands end as errors
    unsigned calls_per_second = 200;
    bool notes = false; // lines for people: starts, statuses, commands
};

// One connection's OCPP conversation: frames, delivery reports, commands and ticks in; publications, messages
// and a close out (session_effects). Knows no socket, broker or clock. One thread; nothing here blocks or
// waits.
//
//   opening ──on_opened──▶ open ──stop──▶ draining ──(nothing in flight)──▶ closed
//      │                    │  └─superseded, deleted, refused frame──────────▶ closed
//      └── calls wait       └─ one call at a time is in the log's hands; four more wait, then wants_to_read()
//      is false
//
// A call is answered when the log has acknowledged its event, calls in order; heartbeats at once. A failed
// delivery is repeated under the same event id at each tick until it is acknowledged or the socket is gone.
class call_session {
public:
    // Calls read ahead while one is in the log's hands; more: reading stops, so the charger's own window
    // fills.
    static constexpr std::size_t max_waiting = 4;
    // Messages handed to the socket and not yet written; more: the next call waits until the charger reads.
    static constexpr std::size_t max_unwritten = 8;
    // Commands wait for the first BootNotification's answer, but not longer than this (field-notes 28).
    static constexpr std::chrono::seconds boot_wait{10};
    // At most one event per heartbeat and this time.
    static constexpr std::chrono::seconds beat_spacing{60};
    // After a TriggerMessage that was accepted: calls of a Pending charger are served this long.
    static constexpr std::chrono::seconds trigger_window{60};

    call_session(session_environment& env, session_effects& effects, session_identity who, instant now);

    // The `opened` record is in the log: calls may be published.
    void on_opened(const epoch& e, std::string_view remote_address, instant now);
    void on_text(std::string_view text, instant now);
    // A message of a kind that OCPP does not have: closes.
    void on_binary();
    void on_delivered(bool ok, instant now);
    void on_reply_delivered(bool ok, instant now);
    void on_written(instant now);
    void on_command(events::command c, instant now);
    // At least once a second while busy() or a command waits, and when next_tick says so.
    void on_tick(instant now);
    // A newer connection of the charger has a higher epoch: this one ends, what is unanswered stays so.
    void on_superseded();
    void on_deleted();
    // The tenant's URL key may have changed: closes where the charger came in by an earlier one.
    void on_key_changed();
    // Orderly stop: what was read is answered, then closed with 1001.
    void stop();
    // The socket is gone. The last call; publishes `closed` into the log where `opened` had been.
    void on_gone(std::string_view reason, instant now);

    const session_identity& who() const noexcept { return who_; }
    const epoch& connection() const noexcept { return epoch_; }
    bool is_open() const noexcept { return state_ == state::open || state_ == state::draining; }
    bool is_closing() const noexcept { return state_ == state::closed; }
    // The shell reads the next message only while this holds and pause_until() is past.
    bool wants_to_read() const noexcept;
    clock::steady_point pause_until() const noexcept { return pause_until_; }
    // A call waits for the log.
    bool busy() const noexcept { return in_flight_.active || !waiting_.empty(); }
    // When on_tick is due for the session's own sake; max(): not at all.
    clock::steady_point next_tick(instant now) const noexcept;

private:
    enum class state : std::uint8_t { opening, open, draining, closed };

    // The publication that the next answer waits for.
    struct pending {
        std::string event;
        std::string event_id;
        std::string answer; // frame; empty: nobody waits (the `opened` event)
        call_fingerprint call;
        std::int64_t status_connector = 0;
        std::uint64_t status = 0; // see call_outcome::coalesce
        bool active = false;
        bool failed = false; // to be published again
        bool boot = false;
    };
    struct waiting_call {
        std::string text;
        instant at;
    };

    bool may_serve() const noexcept;
    void serve(std::string_view text, instant received, instant now);
    void serve_call(const ocpp::frame& f, instant received, instant now);
    void answer_now(const call_fingerprint& call, std::string frame, bool boot, instant now);
    void publish(call_outcome& out, const ocpp::frame& f, const call_fingerprint& call, instant received);
    events::inbound make_event(instant received);
    void proceed(instant now);
    void close_when_done();
    void finish(close_code code, std::string_view reason);
    bool commands_allowed(instant now) const noexcept;
    bool is_triggered(instant now) const noexcept;
    command_queue& commands();
    void note_refusal(const ocpp::frame& answer);
    void note_input(const events::input& input);
    void note_quirks(std::uint32_t bits);

    session_environment& env_;
    session_effects& effects_;
    session_identity who_;
    epoch epoch_;
    std::int64_t seq_ = 0;
    state state_ = state::opening;
    bool booted_ = false;
    std::uint8_t unwritten_ = 0;
    pending in_flight_;
    std::vector<waiting_call> waiting_;
    answer_memory answers_;
    status_memory statuses_;
    call_rate rate_;
    clock::steady_point pause_until_{};
    clock::steady_point since_;
    clock::steady_point next_beat_{};
    clock::steady_point triggered_until_{};
    std::unique_ptr<command_queue> commands_;
};

} // namespace voltlane::gateway
