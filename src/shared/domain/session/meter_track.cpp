#include "shared/domain/session/meter_track.hpp"

#include <algorithm>

namespace voltlane::domain {

bool meter_track::continues(std::optional<milliwatt_hours> base) const {
    return base && first && resets == 0 && *first >= *base - register_tolerance;
}

milliwatt_hours meter_track::progress(std::optional<milliwatt_hours> base) const {
    if (!last) return 0;
    const auto from_value = continues(base) ? *base : *first;
    return carried + std::max<milliwatt_hours>(0, *last - from_value);
}

bool meter_track::read_total(timestamp at, bool clocked, milliwatt_hours value,
                             std::optional<milliwatt_hours> base) {
    if (from == source::phases) {
        const auto before = progress(base);
        from = source::total;
        first = last = value;
        first_at = last_at = at;
        // A total that counts on from meterStart says everything; another one goes on where the phases
        // stopped.
        carried = continues(base) ? 0 : before;
        return true;
    }
    from = source::total;
    return read(at, clocked, value, base);
}

void meter_track::read_phase(timestamp at, int phase, milliwatt_hours value) {
    if (from == source::total || (last && at < last_at)) return;
    from = source::phases;
    auto& slot = phases.at(static_cast<std::size_t>(phase));
    // A phase first heard of later: taken as if it had stood there from the beginning.
    if (!slot && last) {
        *first += value;
        *last += value;
    }
    slot = value;
}

bool meter_track::read_phases(timestamp at, bool clocked, std::optional<milliwatt_hours> base) {
    if (from != source::phases || (last && at < last_at)) return false;
    milliwatt_hours sum = 0;
    for (const auto& p : phases)
        sum += p.value_or(0);
    return read(at, clocked, sum, base);
}

bool meter_track::read(timestamp at, bool clocked, milliwatt_hours value,
                       std::optional<milliwatt_hours> base) {
    if (!last) {
        first = last = value;
        first_at = last_at = at;
        return true;
    }
    if (at < last_at) return read_older(at, value, base);
    if (value < *last - register_tolerance) {
        if (!clocked || at == last_at) return false;
        carried = progress(base);
        ++resets;
        first = last = value;
        first_at = last_at = at;
        return true;
    }
    const bool news = at > last_at || value > *last;
    last = std::max(*last, value);
    last_at = at;
    return news;
}

// Delivered late. It can show that the register went backwards since, or where the session really began.
bool meter_track::read_older(timestamp at, milliwatt_hours value, std::optional<milliwatt_hours> base) {
    if (resets > 0) return false;
    if (value > *last + register_tolerance) {
        carried = std::max<milliwatt_hours>(0, value - (continues(base) ? *base : std::min(*first, value)));
        ++resets;
        first = last;
        first_at = last_at;
        return true;
    }
    if (at >= first_at || value > *first) return false;
    first = value;
    first_at = at;
    return true;
}

} // namespace voltlane::domain
