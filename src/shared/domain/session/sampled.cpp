#include "shared/domain/session/billing.hpp"
#include "shared/domain/session/matching.hpp"
#include "shared/domain/session/steps.hpp"
#include "shared/domain/session/texts.hpp"
#include "shared/domain/session/time_rules.hpp"

namespace voltlane::domain {
namespace {

// A stop is never changed by meter values (field-notes 31), a superseded or abandoned session up to its
// limit.
bool counts(const session& s, timestamp at) {
    if (s.orphan() || s.has_flag(operator_decided)) return false;
    return s.open() || (s.end_limit && cut_to_seconds(at) <= *s.end_limit);
}

int phase_number(std::string_view phase) {
    if (phase == "L1" || phase == "L1-N") return 0;
    if (phase == "L2" || phase == "L2-N") return 1;
    if (phase == "L3" || phase == "L3-N") return 2;
    return -1;
}

std::string_view storable(const step& now, std::string_view text) {
    if (text.size() <= longest_text && text.find('\0') == std::string_view::npos) return text;
    return now.out.texts.emplace_back(clean_text(text));
}

void store(const step& now, const events::sample& sample, std::int32_t number, std::int64_t connector,
           std::string_view transaction_key, timestamp at, const session* of) {
    meter_row row;
    row.charger = &now.state;
    row.of = of;
    row.connector = connector;
    row.transaction_key = storable(now, transaction_key);
    row.received_at = now.event.received_at;
    row.connection = now.event.connection;
    row.seq = now.event.seq;
    row.sample = number;
    row.at = at;
    row.measurand = storable(now, sample.measurand);
    row.value = storable(now, sample.value);
    row.unit = storable(now, sample.unit);
    row.phase = storable(now, sample.phase);
    row.context = storable(now, sample.context);
    row.location = storable(now, sample.location);
    now.out.meter_values.push_back(row);
}

// The samples of one point in time: a total wins over phases.
bool read_registers(session& s, std::span<const events::sample> samples, timestamp at, bool clocked) {
    bool total = false;
    bool news = false;
    for (const auto& sample : samples) {
        if (!sample.phase.empty() || !is_reading(sample.register_mwh)) continue;
        total = true;
        news |= s.meter.read_total(at, clocked, *sample.register_mwh, usable_meter_start(s));
    }
    if (total) return news;
    bool phases = false;
    for (const auto& sample : samples) {
        const int phase = phase_number(sample.phase);
        if (phase < 0 || !is_reading(sample.register_mwh)) continue;
        phases = true;
        s.meter.read_phase(at, phase, *sample.register_mwh);
    }
    return phases && s.meter.read_phases(at, clocked, usable_meter_start(s));
}

} // namespace

void take_samples(const step& now, std::span<const events::sample> samples, std::int64_t connector,
                  std::string_view transaction_key, session* of, std::int64_t fallback_connector) {
    for (std::size_t from = 0; from < samples.size();) {
        auto to = from + 1;
        while (to < samples.size() && samples[to].at == samples[from].at)
            ++to;
        const auto group = samples.subspan(from, to - from);
        const bool clocked = is_plausible(group.front().at, now.event.received_at);
        const auto at = billed_time(group.front().at, now.event.received_at);

        session* target = of;
        if (target == nullptr) {
            target = open_on_connector(now.state, fallback_connector);
            if (target != nullptr && cut_to_seconds(at) < target->started_at) target = nullptr;
        }
        for (std::size_t i = 0; i < group.size(); ++i)
            store(now, group[i], static_cast<std::int32_t>(from + i), connector, transaction_key, at, target);
        if (target != nullptr && counts(*target, at) && read_registers(*target, group, at, clocked)) {
            rebill(*target);
            now.touch(*target);
        }
        from = to;
    }
}

void on_sampled(const step& now, const events::sampled& values) {
    // Connector 0 is the station's main meter: kept, never billed (field-notes 20). Values without a
    // transaction id are of the connector's open session, by time (19). With an id that nobody knows (yet)
    // they are kept without a session: they may be another's, and the energy comes from start and stop
    // anyway.
    const bool keyed = !values.transaction_key.empty();
    auto* of = values.connector > 0 ? find_by_key(now.state, values.transaction_key) : nullptr;
    const auto fallback = keyed ? std::int64_t{0} : values.connector;
    take_samples(now, values.samples, values.connector, values.transaction_key, of, fallback);
}

} // namespace voltlane::domain
