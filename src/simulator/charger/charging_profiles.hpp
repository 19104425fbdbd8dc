#pragma once

#include "simulator/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace voltlane::simulator {

enum class profile_purpose : std::uint8_t { charge_point_max, tx_default, tx };
enum class profile_kind : std::uint8_t { absolute, recurring, relative };

// A stored charging profile (OCPP 1.6 section 3.13). Limits in the unit they came in.
struct charging_profile {
    std::int64_t id = 0;
    int connector = 0;
    std::int64_t stack_level = 0;
    profile_purpose purpose = profile_purpose::tx_default;
    profile_kind kind = profile_kind::absolute;
    std::chrono::seconds recurrency{0}; // a day or a week where recurring
    timestamp valid_from = timestamp::min();
    timestamp valid_to = never;
    timestamp starts{}; // of absolute and recurring ones: startSchedule, else when it was installed
    std::optional<std::int64_t> duration_s;
    bool amperes = false;
    struct period {
        std::int64_t start_s;
        double limit;
    };
    std::vector<period> periods; // ascending, the first at 0
};

// From a payload that passed the table of SetChargingProfile or RemoteStartTransaction; nullopt where its
// schedule cannot be used (first period not at 0, periods out of order).
std::optional<charging_profile> read_profile(const boost::json::object& profile, int connector,
                                             timestamp now);

// What ClearChargingProfile names; an absent member matches all, an id alone decides.
struct profile_filter {
    std::optional<std::int64_t> id;
    std::optional<std::int64_t> connector;
    std::optional<std::int64_t> stack_level;
    std::optional<profile_purpose> purpose;
};
std::optional<profile_purpose> parse_purpose(std::string_view text);

// How watts and amperes relate at a connector.
struct supply {
    double voltage = 230;
    int phases = 3; // 0: direct current, one "phase"
    double max_w = 11'000;

    double watts(double amperes) const noexcept { return amperes * voltage * (phases == 0 ? 1 : phases); }
    double amperes(double watts_) const noexcept { return watts_ / (voltage * (phases == 0 ? 1 : phases)); }
};

// The profiles of one charger and what they allow: of each purpose the highest stack level valid wins,
// between purposes the lowest limit; a TxProfile takes the place of the default (section 3.13.2). Kept over
// restarts.
class charging_profiles {
public:
    std::size_t size() const noexcept { return profiles_.size(); }
    // Whether it would take the place of one that is there.
    bool replaces(const charging_profile& p) const;
    // The same id, or the same purpose, stack level and connector, is replaced.
    void install(charging_profile p);
    // How many matched.
    std::size_t clear(const profile_filter& filter);
    // A TxProfile ends with its transaction.
    void end_transaction(int connector);

    // Watts that a connector may take at `at`; `tx_start`: of its transaction, where one runs.
    double limit_w(int connector, const supply& s, std::optional<timestamp> tx_start, timestamp at) const;

    struct step {
        std::int64_t start_s; // from the beginning
        double limit_w;
    };
    // The limits from `from` on, as steps; equal neighbours are one. Connector 0: the whole charge point.
    std::vector<step> composite(int connector, const supply& s, std::optional<timestamp> tx_start,
                                timestamp from, std::int64_t duration_s) const;

private:
    std::optional<double> best(profile_purpose purpose, int connector, const supply& s,
                               std::optional<timestamp> tx_start, timestamp at) const;
    std::vector<charging_profile> profiles_;
};

} // namespace voltlane::simulator
