#include "simulator/charger/charging_process.hpp"

#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

TEST(charging_process, ramps_up_stays_constant_and_tapers_off) {
    const auto at = [](double soc, double seconds) {
        return requested_w({50'000, soc, 10'000}, seconds);
    };
    EXPECT_NEAR(at(0.3, 0), 1000, 1);
    EXPECT_NEAR(at(0.3, 5), 5500, 1);
    EXPECT_NEAR(at(0.3, 10), 10'000, 1);
    EXPECT_NEAR(at(0.79, 1000), 10'000, 1);
    EXPECT_NEAR(at(0.9, 1000), 5250, 1);
    EXPECT_GT(at(0.999, 1000), 500);
    EXPECT_EQ(at(1.0, 1000), 0);
    for (double soc = 0.8; soc < 0.99; soc += 0.01)
        EXPECT_GT(at(soc, 60), at(soc + 0.01, 60));
}

TEST(charging_process, fills_the_battery_and_no_more) {
    charging_process car({10'000, 0.5, 11'000});
    double taken = 0;
    int minutes = 0;
    for (; !car.full() && minutes < 24 * 60; ++minutes)
        taken += car.advance(60, 22'000);
    EXPECT_NEAR(taken, 5000, 0.1);
    EXPECT_LT(minutes, 120);
    EXPECT_EQ(car.soc(), 1.0);
    EXPECT_EQ(car.advance(600, 22'000), 0);
    EXPECT_EQ(car.power_w(), 0);
}

TEST(charging_process, does_not_depend_on_how_often_it_is_looked_at) {
    charging_process often({60'000, 0.75, 50'000});
    charging_process rarely({60'000, 0.75, 50'000});
    double a = 0;
    for (int i = 0; i < 600; ++i)
        a += often.advance(2, 1e9);
    const double b = rarely.advance(1200, 1e9);
    EXPECT_NEAR(a, b, 1);
    EXPECT_NEAR(often.soc(), rarely.soc(), 1e-4);
}

TEST(charging_process, keeps_to_the_limit) {
    charging_process car({60'000, 0.2, 22'000});
    car.advance(60, 6'000);
    EXPECT_EQ(car.power_w(), 6'000);
    EXPECT_NEAR(car.advance(3600, 6'000), 6'000, 0.1);
}

TEST(charging_process, ramps_up_anew_after_a_pause) {
    charging_process car({60'000, 0.2, 10'000});
    car.advance(60, 1e9);
    EXPECT_NEAR(car.power_w(), 10'000, 1);
    car.pause();
    EXPECT_EQ(car.power_w(), 0);
    car.advance(2, 1e9);
    EXPECT_LT(car.power_w(), 3000);
}

TEST(charging_process, survives_odd_times) {
    charging_process car({60'000, 0.2, 10'000});
    EXPECT_EQ(car.advance(0, 1e9), 0);
    EXPECT_EQ(car.advance(-5, 1e9), 0);
    EXPECT_NEAR(car.advance(1e9, 1e9), 48'000, 1); // a car forgotten for decades is full
}

} // namespace
} // namespace voltlane::simulator
