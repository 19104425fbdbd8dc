#pragma once

#include "shared/base/time.hpp"
#include "shared/events/inbound.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace voltlane::domain {

using events::milliwatt_hours;

// Smaller steps backwards are rounding (a register shown in steps of 0.1 kWh beside one in Wh), not a reset:
// 100 Wh.
inline constexpr milliwatt_hours register_tolerance = 100'000;

// What the Energy.Active.Import.Register samples of one session said so far. All of it is stored with the
// session, so that a worker continues where another stopped.
struct meter_track {
    // Which samples count: a total (no phase) outranks the sum of phases for the rest of the session.
    enum class source : std::int16_t { none = 0, phases = 1, total = 2 };

    source from = source::none;
    std::optional<milliwatt_hours> first; // of the current segment (a reset begins a new one)
    timestamp first_at{};
    std::optional<milliwatt_hours> last; // the latest by time
    timestamp last_at{};
    milliwatt_hours carried = 0; // energy of the segments before the last reset
    std::int32_t resets = 0;     // how often the register went backwards by more than the tolerance
    std::array<std::optional<milliwatt_hours>, 3> phases; // latest of L1, L2, L3

    bool operator==(const meter_track&) const = default;

    // One reading: the samples of one point in time. False where it said nothing new. `base`: see
    // usable_meter_start(). `clocked`: `at` is the charger's own; without a clock a repeated old sample must
    // not look like a reset.
    bool read_total(timestamp at, bool clocked, milliwatt_hours value, std::optional<milliwatt_hours> base);
    void read_phase(timestamp at, int phase, milliwatt_hours value); // phase: 0..2; then read_phases()
    bool read_phases(timestamp at, bool clocked, std::optional<milliwatt_hours> base);

    // The register counts on from `base`: samples and meterStop may be compared.
    bool continues(std::optional<milliwatt_hours> base) const;
    // Energy so far: from `base` where the register continues it, else from the first sample. Never negative.
    milliwatt_hours progress(std::optional<milliwatt_hours> base) const;

private:
    bool read(timestamp at, bool clocked, milliwatt_hours value, std::optional<milliwatt_hours> base);
    bool read_older(timestamp at, milliwatt_hours value, std::optional<milliwatt_hours> base);
};

} // namespace voltlane::domain
