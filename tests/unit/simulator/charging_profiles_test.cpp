#include "simulator/charger/charging_profiles.hpp"

#include "unit/simulator/rig.hpp"

#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

constexpr timestamp now{std::chrono::seconds(1'750'000'000)};
constexpr supply three_phase{230, 3, 22'000};

charging_profile limit(std::int64_t id, profile_purpose purpose, std::int64_t level, double watts,
                       int connector = 0) {
    charging_profile p;
    p.id = id;
    p.purpose = purpose;
    p.stack_level = level;
    p.connector = connector;
    p.starts = now;
    p.periods = {{0, watts}};
    return p;
}

TEST(charging_profiles, combines_levels_and_purposes) {
    charging_profiles all;
    const auto tx = std::optional(now);
    EXPECT_EQ(all.limit_w(1, three_phase, tx, now), 22'000);
    all.install(limit(1, profile_purpose::tx_default, 0, 9'000));
    EXPECT_EQ(all.limit_w(1, three_phase, tx, now), 9'000);
    all.install(limit(2, profile_purpose::tx_default, 1, 10'000)); // the higher level wins, though it is more
    EXPECT_EQ(all.limit_w(1, three_phase, tx, now), 10'000);
    all.install(limit(3, profile_purpose::tx, 0, 12'000, 1)); // takes the default's place in the transaction
    EXPECT_EQ(all.limit_w(1, three_phase, tx, now), 12'000);
    EXPECT_EQ(all.limit_w(1, three_phase, std::nullopt, now), 10'000);
    EXPECT_EQ(all.limit_w(2, three_phase, tx, now), 10'000);
    all.install(limit(4, profile_purpose::charge_point_max, 0, 5'000));
    EXPECT_EQ(all.limit_w(1, three_phase, tx, now), 5'000);
    all.end_transaction(1);
    EXPECT_EQ(all.size(), 3U);
    EXPECT_EQ(all.clear({.id = 4}), 1U);
    EXPECT_EQ(all.limit_w(1, three_phase, tx, now), 10'000);
    EXPECT_EQ(all.clear({.purpose = profile_purpose::charge_point_max}), 0U);
    EXPECT_EQ(all.clear({}), 2U);
}

TEST(charging_profiles, replaces_by_id_or_by_place) {
    charging_profiles all;
    all.install(limit(1, profile_purpose::tx_default, 0, 1'000));
    all.install(limit(2, profile_purpose::tx_default, 0, 2'000)); // the same place
    EXPECT_EQ(all.size(), 1U);
    all.install(limit(2, profile_purpose::tx_default, 3, 3'000)); // the same id
    EXPECT_EQ(all.size(), 1U);
    EXPECT_EQ(all.limit_w(1, three_phase, std::nullopt, now), 3'000);
}

TEST(charging_profiles, follows_periods_validity_and_recurrence) {
    charging_profiles all;
    auto p = limit(1, profile_purpose::tx_default, 0, 0);
    p.kind = profile_kind::recurring;
    p.recurrency = std::chrono::hours(24);
    p.amperes = true;
    p.periods = {{0, 10}, {3600, 16}};
    p.duration_s = 7200;
    p.valid_to = now + std::chrono::hours(48);
    all.install(p);
    const auto at = [&all](int hours) {
        return all.limit_w(1, three_phase, std::nullopt, now + std::chrono::hours(hours));
    };
    EXPECT_DOUBLE_EQ(at(0), 6'900);
    EXPECT_DOUBLE_EQ(at(1), 11'040);
    EXPECT_DOUBLE_EQ(at(2), 22'000); // its duration is over
    EXPECT_DOUBLE_EQ(at(24), 6'900);
    EXPECT_DOUBLE_EQ(at(48), 22'000); // no longer valid
}

TEST(charging_profiles, composes_a_schedule_of_steps) {
    charging_profiles all;
    auto p = limit(1, profile_purpose::tx_default, 0, 0);
    p.periods = {{0, 6'000}, {600, 3'000}, {1200, 3'000}};
    all.install(p);
    all.install(limit(2, profile_purpose::charge_point_max, 0, 5'000));
    const auto steps = all.composite(1, three_phase, std::nullopt, now, 1800);
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].start_s, 0);
    EXPECT_EQ(steps[0].limit_w, 5'000);
    EXPECT_EQ(steps[1].start_s, 600);
    EXPECT_EQ(steps[1].limit_w, 3'000);
}

std::string set_profile(int connector, const char* purpose, const char* limit, const char* more = "") {
    return R"({"connectorId":)" + std::to_string(connector) +
           R"(,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":")" +
           purpose + R"(","chargingProfileKind":"Relative")" + more +
           R"(,"chargingSchedule":{"chargingRateUnit":"W","chargingSchedulePeriod":[{"startPeriod":0,"limit":)" +
           limit + "}]}}}";
}

TEST(charging_profiles, limit_what_a_car_takes) {
    rig r(idle_scenario());
    EXPECT_EQ(r.outcome("SetChargingProfile", set_profile(1, "TxProfile", "1000")), "Rejected");
    EXPECT_EQ(r.outcome("SetChargingProfile", set_profile(9, "TxDefaultProfile", "1000")),
              "PropertyConstraintViolation");
    EXPECT_EQ(r.outcome("SetChargingProfile", set_profile(1, "ChargePointMaxProfile", "1000")), "Rejected");
    r.command("RemoteStartTransaction", R"({"idTag":"T"})");
    r.run_for(30);
    EXPECT_EQ(r.outcome("SetChargingProfile", set_profile(1, "TxProfile", "0", R"(,"transactionId":7)")),
              "Rejected");
    EXPECT_EQ(r.outcome("SetChargingProfile", set_profile(1, "TxProfile", "0", R"(,"transactionId":1000)")),
              "Accepted");
    r.run_for(12);
    EXPECT_EQ(r.statuses(1).back(), "SuspendedEVSE");
    const auto schedule =
        boost::json::parse(r.command("GetCompositeSchedule", R"({"connectorId":1,"duration":60})"));
    EXPECT_EQ(boost::json::serialize(schedule.at(2).at("chargingSchedule").at("chargingSchedulePeriod")),
              R"([{"startPeriod":0,"limit":0E0}])");
    EXPECT_EQ(r.outcome("ClearChargingProfile", R"({"id":1})"), "Accepted");
    EXPECT_EQ(r.outcome("ClearChargingProfile", R"({"id":1})"), "Unknown");
    r.run_for(12);
    EXPECT_EQ(r.statuses(1).back(), "Charging");
}

TEST(charging_profiles, refuse_schedules_that_make_no_sense) {
    rig r(idle_scenario());
    EXPECT_EQ(
        r.outcome(
            "SetChargingProfile",
            R"({"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":{"chargingRateUnit":"W","chargingSchedulePeriod":[{"startPeriod":60,"limit":1},{"startPeriod":60,"limit":2}]}}})"),
        "Rejected");
    EXPECT_EQ(r.point.profiles().size(), 0U);
}

} // namespace
} // namespace voltlane::simulator
