#pragma once

#include "simulator/charger/call_queue.hpp"
#include "simulator/instant.hpp"
#include "simulator/scenario.hpp"

#include <cstdint>
#include <string_view>

namespace voltlane::simulator {

// Where a charger stands with its central system (OCPP 1.6 section 4.2): when it boots, what it may send, and
// when its heartbeat is due.
class registration {
public:
    // A charger that was told no interval tries again after this.
    static constexpr double own_interval_s = 30;

    explicit registration(boot_habit habit) noexcept : habit_(habit) {}

    void on_restart() noexcept;
    // A connection is up: whether a BootNotification is due is decided here.
    void on_up(timestamp now) noexcept;
    void on_down() noexcept;
    // Accepted, Pending or Rejected, with the interval of the answer.
    void on_boot_answered(std::string_view status, std::int64_t interval_s, timestamp now) noexcept;
    void on_boot_failed(timestamp now) noexcept; // CALLERROR or no answer
    void boot_sent() noexcept { boot_at_ = never; }

    timestamp boot_due() const noexcept { return boot_at_; }
    bool accepted() const noexcept { return up_ && state_ == state::accepted; }
    bool pending() const noexcept { return up_ && state_ == state::pending; }
    // Rejected: neither sends nor answers anything until its next BootNotification.
    bool mute() const noexcept { return up_ && state_ == state::rejected; }
    gate may_send() const noexcept;

private:
    enum class state : std::uint8_t { unknown, pending, rejected, accepted };
    boot_habit habit_;
    state state_ = state::unknown;
    bool up_ = false;
    timestamp boot_at_ = never;
};

} // namespace voltlane::simulator
