#pragma once

namespace voltlane::simulator {

// A car at the cable.
struct vehicle {
    double battery_wh = 60'000;
    double soc = 0.3;      // state of charge, 0 to 1
    double max_w = 11'000; // what it takes at most
};

// What a car asks for: it ramps up in the first seconds, charges at constant power, and tapers off above 80 %
// until it is full. Watts, before any limit of the charger.
double requested_w(const vehicle& car, double seconds_charging) noexcept;

// One charge: a car that takes energy under a limit that may change.
class charging_process {
public:
    explicit charging_process(vehicle car) noexcept : car_(car) {}

    // `seconds` pass at up to `limit_w`; returns the energy taken, Wh. Integrated in steps short enough for
    // ramp and taper, however rarely it is called.
    double advance(double seconds, double limit_w) noexcept;
    // The same while the car or the charger pauses: no energy; charging ramps up anew afterwards.
    void pause() noexcept;

    double power_w() const noexcept { return power_w_; } // at the end of the last advance
    double soc() const noexcept { return car_.soc; }
    bool full() const noexcept { return car_.soc >= 1.0; }

private:
    vehicle car_;
    double charging_s_ = 0;
    double power_w_ = 0;
};

} // namespace voltlane::simulator
