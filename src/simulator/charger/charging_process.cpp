#include "simulator/charger/charging_process.hpp"

#include <algorithm>

namespace voltlane::simulator {
namespace {

constexpr double ramp_s = 10;          // cars take some seconds to full power
constexpr double taper_from = 0.8;     // state of charge where the battery slows down
constexpr double last_fraction = 0.05; // of full power, just before it is full
constexpr double almost_full = 1e-6;
constexpr double step_s = 2; // the ramp is the fastest change
// A car that was not looked at for hours costs no more than this many steps.
constexpr double most_steps = 2000;

} // namespace

double requested_w(const vehicle& car, double seconds_charging) noexcept {
    if (car.soc >= 1.0) return 0;
    const double ramp = std::clamp(0.1 + 0.9 * seconds_charging / ramp_s, 0.1, 1.0);
    const double over = std::max(0.0, car.soc - taper_from) / (1 - taper_from);
    return car.max_w * ramp * (1 - over * (1 - last_fraction));
}

double charging_process::advance(double seconds, double limit_w) noexcept {
    double taken = 0;
    const double step = std::max(step_s, seconds / most_steps);
    while (seconds > 0 && !full()) {
        const double dt = std::min(step, seconds);
        const double wh = std::min(std::min(requested_w(car_, charging_s_), limit_w) * dt / 3600,
                                   (1 - car_.soc) * car_.battery_wh);
        car_.soc += wh / car_.battery_wh;
        if (car_.soc > 1 - almost_full) car_.soc = 1;
        charging_s_ += dt;
        taken += wh;
        seconds -= dt;
    }
    power_w_ = std::min(requested_w(car_, charging_s_), limit_w);
    return taken;
}

void charging_process::pause() noexcept {
    charging_s_ = 0;
    power_w_ = 0;
}

} // namespace voltlane::simulator
