#pragma once

#include "shared/async/types.hpp"
#include "simulator/instant.hpp"

#include <functional>
#include <queue>
#include <vector>

namespace voltlane::simulator {

// Who wants to be woken at a time.
class sleeper {
public:
    virtual void on_alarm(timestamp now) = 0;

protected:
    ~sleeper() = default;

private:
    friend class alarm_clock;
    timestamp armed_at_ = never;
};

// One timer for all chargers of a process, and the time of the simulation: the wall's at the start, advanced
// by the steady clock. Setting an alarm later than one that is set costs nothing: the sleeper is woken once
// too often instead. Sleepers outlive it, or its stop().
class alarm_clock {
public:
    explicit alarm_clock(async::executor ex);

    timestamp now() const;
    void set(sleeper& s, timestamp at);
    void stop();

private:
    // Alarms closer than this are one: a due time in the past must not become a busy loop.
    static constexpr std::chrono::microseconds shortest{1000};

    struct alarm {
        timestamp at;
        sleeper* who;
        bool operator>(const alarm& other) const noexcept { return at > other.at; }
    };
    void arm();
    void ring();

    timestamp started_;
    async::steady_point steady_started_;
    async::steady_timer timer_;
    std::priority_queue<alarm, std::vector<alarm>, std::greater<>> alarms_;
    timestamp armed_ = never;
    bool stopped_ = false;
};

} // namespace voltlane::simulator
