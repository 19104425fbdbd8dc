#pragma once

#include "simulator/charger/back_off.hpp"
#include "simulator/instant.hpp"
#include "simulator/scenario.hpp"

#include <cstdint>

namespace voltlane::simulator {

// What the shell is to do with the connection.
enum class line_wish : std::uint8_t {
    none,
    dial,
    close,   // WebSocket close, 1000
    cut,     // TCP ends at once
    abandon, // stop reading and writing, tell nobody
};

// Decides when a charger dials and when its network fails. After close, cut and abandon the connection counts
// as gone at once; the shell reports only what it did not cause.
//
//   waiting --due--> dialing --on_up--> up --outage, hang_up, on_down--> waiting
class line_keeper {
public:
    // The network's own patience with a handshake.
    static constexpr double dial_patience_s = 15;

    line_keeper(const scenario::network_part& network, random_source random, timestamp start,
                double first_dial_after);

    bool up() const noexcept { return state_ == state::up; }
    timestamp due() const noexcept;
    // Call when due; afterwards ask due() again.
    line_wish on_due(timestamp now);
    void on_up(timestamp now);
    void on_down(timestamp now); // also a dial that failed
    // A call was answered on this connection: the next failure is the first again.
    void on_proven() noexcept { back_off_.reset(); }
    // The charger ends the connection itself and dials again after `away` seconds (negative: after the usual
    // delay, more for each failure).
    line_wish hang_up(line_wish how, double away, timestamp now);

private:
    enum class state : std::uint8_t { waiting, dialing, up };
    void plan_outage(timestamp now);

    const scenario::network_part& network_;
    random_source random_;
    back_off back_off_;
    timestamp start_;
    timestamp dial_at_;
    timestamp give_up_at_ = never;
    timestamp outage_at_ = never;
    state state_ = state::waiting;
};

} // namespace voltlane::simulator
