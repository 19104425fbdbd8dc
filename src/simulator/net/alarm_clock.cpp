#include "simulator/net/alarm_clock.hpp"

#include "shared/base/clock.hpp"

#include <algorithm>

namespace voltlane::simulator {

alarm_clock::alarm_clock(async::executor ex)
    : started_(system_clock().now())
    , steady_started_(std::chrono::steady_clock::now())
    , timer_(ex) {}

timestamp alarm_clock::now() const {
    const auto passed = std::chrono::steady_clock::now() - steady_started_;
    return started_ + std::chrono::floor<std::chrono::microseconds>(passed);
}

void alarm_clock::set(sleeper& s, timestamp at) {
    if (at == never || stopped_) return;
    at = std::max(at, now() + shortest);
    if (at >= s.armed_at_) return;
    s.armed_at_ = at;
    alarms_.push({at, &s});
    if (at < armed_) arm();
}

void alarm_clock::stop() {
    stopped_ = true;
    alarms_ = {};
    timer_.cancel();
}

void alarm_clock::arm() {
    armed_ = alarms_.top().at;
    timer_.expires_at(steady_started_ + (armed_ - started_));
    timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec && !stopped_) ring();
    });
}

void alarm_clock::ring() {
    armed_ = never;
    const auto present = now();
    while (!alarms_.empty() && alarms_.top().at <= present) {
        const auto due = alarms_.top();
        alarms_.pop();
        if (due.who->armed_at_ != due.at) continue; // set earlier since
        due.who->armed_at_ = never;
        due.who->on_alarm(present);
    }
    if (!alarms_.empty() && alarms_.top().at < armed_) arm();
}

} // namespace voltlane::simulator
