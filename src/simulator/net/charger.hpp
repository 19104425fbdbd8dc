#pragma once

#include "shared/ocpp/frame.hpp"
#include "simulator/charger/charge_point.hpp"
#include "simulator/net/alarm_clock.hpp"
#include "simulator/net/line.hpp"

namespace voltlane::simulator {

// A charge point on a real network: gives it time, frames and the fate of its line, and does what it wants.
// Holds no rules of its own.
class charger final : line_owner, sleeper {
public:
    struct surroundings {
        alarm_clock& alarm;
        line_yard& yard;
        ocpp::frame_parser& parser; // one for all: used and done with inside a call
        statistics& counts;
    };
    charger(surroundings around, charge_point::identity who, const scenario& plan, double first_dial_after,
            std::optional<async::asio::ip::address> source);
    charger(const charger&) = delete;
    charger& operator=(const charger&) = delete;

    void start() { perform(); }
    void leave();
    void leave_at_once();

    const charge_point& point() const noexcept { return point_; }

private:
    void on_line_up() override;
    void on_line_down(std::string_view why, bool was_up) override;
    void on_line_text(std::string_view text) override;
    void on_line_life() override;
    void on_alarm(timestamp now) override;
    void perform();

    surroundings around_;
    charge_point point_;
    std::optional<async::asio::ip::address> source_;
    std::shared_ptr<line> line_;
};

} // namespace voltlane::simulator
