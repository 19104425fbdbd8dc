#include "simulator/charger/charging_profiles.hpp"

#include "shared/base/json.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"

#include <algorithm>
#include <set>

namespace voltlane::simulator {
namespace {

using boost::json::object;

std::optional<std::int64_t> integer(const object& o, std::string_view name) {
    const auto* v = jsonio::find(o, name);
    return v == nullptr ? std::nullopt : ocpp::v16::as_integer(*v);
}

std::optional<timestamp> time_of(const object& o, std::string_view name) {
    const auto text = jsonio::find_string(o, name);
    return text ? parse_rfc3339(*text) : std::nullopt;
}

bool read_periods(const object& schedule, std::vector<charging_profile::period>& out) {
    std::int64_t last = -1;
    for (const auto& item : *jsonio::find_array(schedule, "chargingSchedulePeriod")) {
        const auto& period = item.get_object();
        const auto start = integer(period, "startPeriod").value_or(0);
        if (start <= last || (out.empty() && start != 0)) return false;
        out.push_back({start, std::max(0.0, period.at("limit").to_number<double>())});
        last = start;
    }
    return !out.empty();
}

// Where in its schedule a profile stands at `at`; nullopt: it says nothing then.
std::optional<std::int64_t> position(const charging_profile& p, std::optional<timestamp> tx_start,
                                     timestamp at) {
    if (at < p.valid_from || at >= p.valid_to) return std::nullopt;
    timestamp begin = p.starts;
    if (p.kind == profile_kind::relative) begin = tx_start.value_or(at);
    if (at < begin) return std::nullopt;
    auto passed = std::chrono::floor<std::chrono::seconds>(at - begin).count();
    if (p.kind == profile_kind::recurring) passed %= p.recurrency.count();
    if (p.duration_s && passed >= *p.duration_s) return std::nullopt;
    return passed;
}

double limit_at(const charging_profile& p, std::int64_t passed, const supply& s) {
    double limit = p.periods.front().limit;
    for (const auto& period : p.periods)
        if (period.start_s <= passed) limit = period.limit;
    return p.amperes ? s.watts(limit) : limit;
}

// Moments at which the limit of a profile may change, in seconds from `from`.
void add_edges(const charging_profile& p, std::optional<timestamp> tx_start, timestamp from,
               std::int64_t duration, std::set<std::int64_t>& edges) {
    const auto add = [&](timestamp at) {
        const auto second = std::chrono::ceil<std::chrono::seconds>(at - from).count();
        if (second > 0 && second < duration) edges.insert(second);
    };
    if (p.valid_from > from) add(p.valid_from);
    if (p.valid_to < after(from, static_cast<double>(duration))) add(p.valid_to);
    timestamp begin = p.kind == profile_kind::relative ? tx_start.value_or(from) : p.starts;
    if (p.kind == profile_kind::recurring && begin < from)
        begin += (from - begin) / p.recurrency * p.recurrency;
    const auto end = from + std::chrono::seconds(duration);
    while (begin < end) {
        add(begin);
        for (const auto& period : p.periods)
            add(begin + std::chrono::seconds(period.start_s));
        if (p.duration_s) add(begin + std::chrono::seconds(*p.duration_s));
        if (p.kind != profile_kind::recurring) break;
        begin += p.recurrency;
    }
}

} // namespace

std::optional<profile_purpose> parse_purpose(std::string_view text) {
    if (text == "ChargePointMaxProfile") return profile_purpose::charge_point_max;
    if (text == "TxDefaultProfile") return profile_purpose::tx_default;
    if (text == "TxProfile") return profile_purpose::tx;
    return std::nullopt;
}

std::optional<charging_profile> read_profile(const object& profile, int connector, timestamp now) {
    const auto& schedule = *jsonio::find_object(profile, "chargingSchedule");
    const auto kind = jsonio::find_string(profile, "chargingProfileKind").value_or("");
    charging_profile p;
    p.id = integer(profile, "chargingProfileId").value_or(0);
    p.connector = connector;
    p.stack_level = integer(profile, "stackLevel").value_or(0);
    p.purpose = parse_purpose(jsonio::find_string(profile, "chargingProfilePurpose").value_or(""))
                    .value_or(profile_purpose::tx_default);
    p.kind = kind == "Recurring"  ? profile_kind::recurring
             : kind == "Relative" ? profile_kind::relative
                                  : profile_kind::absolute;
    const bool weekly = jsonio::find_string(profile, "recurrencyKind") == "Weekly";
    p.recurrency = weekly ? std::chrono::hours(7 * 24) : std::chrono::hours(24);
    p.valid_from = time_of(profile, "validFrom").value_or(p.valid_from);
    p.valid_to = time_of(profile, "validTo").value_or(p.valid_to);
    p.starts = time_of(schedule, "startSchedule").value_or(now);
    p.duration_s = integer(schedule, "duration");
    p.amperes = jsonio::find_string(schedule, "chargingRateUnit") == "A";
    if (!read_periods(schedule, p.periods)) return std::nullopt;
    return p;
}

bool charging_profiles::replaces(const charging_profile& p) const {
    return std::any_of(profiles_.begin(), profiles_.end(), [&p](const charging_profile& q) {
        return q.id == p.id ||
               (q.purpose == p.purpose && q.stack_level == p.stack_level && q.connector == p.connector);
    });
}

void charging_profiles::install(charging_profile p) {
    std::erase_if(profiles_, [&p](const charging_profile& q) {
        return q.id == p.id ||
               (q.purpose == p.purpose && q.stack_level == p.stack_level && q.connector == p.connector);
    });
    profiles_.push_back(std::move(p));
}

std::size_t charging_profiles::clear(const profile_filter& f) {
    return std::erase_if(profiles_, [&f](const charging_profile& p) {
        if (f.id) return p.id == *f.id;
        return (!f.connector || p.connector == *f.connector) && (!f.purpose || p.purpose == *f.purpose) &&
               (!f.stack_level || p.stack_level == *f.stack_level);
    });
}

void charging_profiles::end_transaction(int connector) {
    std::erase_if(profiles_, [connector](const charging_profile& p) {
        return p.purpose == profile_purpose::tx && p.connector == connector;
    });
}

std::optional<double> charging_profiles::best(profile_purpose purpose, int connector, const supply& s,
                                              std::optional<timestamp> tx_start, timestamp at) const {
    const charging_profile* winner = nullptr;
    std::int64_t passed = 0;
    for (const auto& p : profiles_) {
        if (p.purpose != purpose || (p.connector != connector && p.connector != 0)) continue;
        const auto here = position(p, tx_start, at);
        if (!here) continue;
        // Of the same level the connector's own counts before the one for all.
        const bool wins = winner == nullptr || p.stack_level > winner->stack_level ||
                          (p.stack_level == winner->stack_level && p.connector > winner->connector);
        if (!wins) continue;
        winner = &p;
        passed = *here;
    }
    if (winner == nullptr) return std::nullopt;
    return limit_at(*winner, passed, s);
}

double charging_profiles::limit_w(int connector, const supply& s, std::optional<timestamp> tx_start,
                                  timestamp at) const {
    if (profiles_.empty()) return s.max_w;
    auto session = tx_start ? best(profile_purpose::tx, connector, s, tx_start, at) : std::nullopt;
    if (!session) session = best(profile_purpose::tx_default, connector, s, tx_start, at);
    const auto whole = best(profile_purpose::charge_point_max, 0, s, tx_start, at);
    return std::min({s.max_w, session.value_or(s.max_w), whole.value_or(s.max_w)});
}

std::vector<charging_profiles::step> charging_profiles::composite(int connector, const supply& s,
                                                                  std::optional<timestamp> tx_start,
                                                                  timestamp from,
                                                                  std::int64_t duration_s) const {
    std::set<std::int64_t> edges{0};
    for (const auto& p : profiles_)
        add_edges(p, tx_start, from, duration_s, edges);
    std::vector<step> steps;
    for (const auto second : edges) {
        const auto limit = limit_w(connector, s, tx_start, from + std::chrono::seconds(second));
        if (steps.empty() || steps.back().limit_w != limit) steps.push_back({second, limit});
    }
    return steps;
}

} // namespace voltlane::simulator
