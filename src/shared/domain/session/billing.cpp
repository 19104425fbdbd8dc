#include "shared/domain/session/billing.hpp"

#include <algorithm>
#include <tuple>

namespace voltlane::domain {
namespace {

using namespace std::chrono;

watt_hours to_wh(milliwatt_hours mwh) {
    return divide_half_up(mwh, 1000);
}

// The most energy that may flow in that time.
milliwatt_hours energy_limit(seconds duration, bool clocked) {
    const auto s =
        std::clamp<std::int64_t>(duration.count(), 0, seconds{days{10'000}}.count()) + power_slack.count();
    const milliwatt_hours by_power = plausible_watts * s / 3600 * 1000;
    return clocked ? by_power : std::max(by_power, plausible_energy);
}

bool leaps(const session& s) {
    if (!is_reading(s.meter_start) || !s.meter.first || s.meter.resets > 0) return false;
    const auto jump = *s.meter.first - *s.meter_start;
    if (*s.meter_start == 0 && jump > plausible_energy) return true;
    const auto elapsed = floor<seconds>(s.meter.first_at) - s.started_at;
    return jump > energy_limit(elapsed, !s.has_flag(start_time_replaced));
}

struct judgement {
    watt_hours energy = 0;
    review_reason review = review_reason::none;
};

// What the samples alone say, and why that needs a look.
judgement judge_samples(const session& s) {
    judgement j{to_wh(s.meter.progress(usable_meter_start(s))), review_reason::none};
    if (s.open()) return j;
    if (s.meter.resets > 0)
        j.review = review_reason::meter_reset;
    else if (leaps(s))
        j.review = review_reason::odometer;
    return j;
}

// The charger's own stop. Where the meter is in doubt the samples' energy is shown: it is what `accept`
// bills.
judgement judge_stop(const session& s) {
    const auto samples = judge_samples(s);
    if (!is_reading(s.meter_start)) return {samples.energy, review_reason::meter_start};
    if (!is_reading(s.meter_stop)) return {samples.energy, review_reason::meter_stop};
    const auto raw = *s.meter_stop - *s.meter_start;
    if (raw < 0) return {samples.energy, review_reason::negative_energy};

    const auto doubtful = s.meter.last ? samples.energy : to_wh(raw);
    // Samples of a lifetime register beside a meter per session: start and stop belong together all the same.
    const bool apart = s.meter.first && *s.meter_stop < *s.meter.first - register_tolerance;
    if (samples.review == review_reason::meter_reset || (samples.review != review_reason::none && !apart))
        return {doubtful, samples.review};
    const bool sampled_before = s.meter.last && cut_to_seconds(s.meter.last_at) <= *s.ended_at;
    if (sampled_before && s.meter.continues(usable_meter_start(s)) &&
        *s.meter_stop < *s.meter.last - register_tolerance)
        return {doubtful, review_reason::meter_stop};
    if (*s.meter_start == 0 && raw > plausible_energy) return {doubtful, review_reason::odometer};
    if (s.has_flag(duration_clamped)) return {to_wh(raw), review_reason::stop_before_start};
    const bool clocked = !s.has_flag(start_time_replaced) && !s.has_flag(stop_time_replaced);
    if (raw > energy_limit(*s.ended_at - s.started_at, clocked))
        return {doubtful, review_reason::implausible_power};
    return {to_wh(raw), review_reason::none};
}

judgement judge(const session& s) {
    if (s.orphan()) return {0, review_reason::orphan};
    auto j = s.end == end_kind::stopped ? judge_stop(s) : judge_samples(s);
    if (s.open() || j.review != review_reason::none) return j;
    if (*s.ended_at - s.started_at > plausible_duration)
        j.review = review_reason::implausible_duration;
    else if (s.connector <= 0)
        j.review = review_reason::connector;
    else if (!s.tag_accepted() && j.energy > 0)
        j.review = review_reason::refused_tag;
    return j;
}

// The end of a session whose stop never came: its last meter value, inside [started_at, end_limit].
sys_seconds last_sign_of_life(const session& s) {
    auto at = s.started_at;
    if (s.meter.last) at = std::max(at, cut_to_seconds(s.meter.last_at));
    if (s.end_limit) at = std::min(at, std::max(*s.end_limit, s.started_at));
    return at;
}

} // namespace

std::optional<milliwatt_hours> usable_meter_start(const session& s) {
    return is_reading(s.meter_start) && !leaps(s) ? s.meter_start : std::nullopt;
}

void rebill(session& s) {
    const auto shown = [&s] {
        return std::tuple(s.energy_wh, s.ended_at, s.review, s.total);
    };
    const auto before = shown();
    const bool decided = s.has_flag(operator_decided);
    if (s.open()) {
        s.ended_at.reset();
    } else if (s.end != end_kind::stopped && !decided) {
        s.ended_at = last_sign_of_life(s);
    }
    if (s.ended_at && *s.ended_at < s.started_at) {
        s.ended_at = s.started_at;
        s.set_flag(duration_clamped);
    }
    if (!decided) {
        const auto j = judge(s);
        s.energy_wh = j.energy;
        s.review = j.review;
    }
    s.total.reset();
    if (!s.open() && s.review == review_reason::none)
        s.total = session_total(s.energy_wh, *s.ended_at - s.started_at, s.prices);
    if (shown() != before) s.work.shown = true;
}

void freeze_prices(session& s, std::span<const price_row> rows, timestamp received_at) {
    if (s.prices.empty()) s.prices = choose_tariff(rows, {s.owner(), s.user_type, received_at});
}

} // namespace voltlane::domain
