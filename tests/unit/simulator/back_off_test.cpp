#include "simulator/charger/back_off.hpp"

#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

TEST(back_off, doubles_up_to_the_longest_and_starts_over) {
    random_source random(1, 1, dice::line);
    back_off b({1, 60}, 0);
    for (const double expected : {1, 2, 4, 8, 16, 32, 60, 60})
        EXPECT_EQ(b.next(random), expected);
    b.reset();
    EXPECT_EQ(b.next(random), 1);
}

TEST(back_off, leaves_a_part_to_chance) {
    random_source random(1, 1, dice::line);
    back_off b({8, 8}, 0.5);
    double least = 100;
    double most = 0;
    for (int i = 0; i < 1000; ++i) {
        const double d = b.next(random);
        least = std::min(least, d);
        most = std::max(most, d);
    }
    EXPECT_GE(least, 4);
    EXPECT_LT(least, 4.1);
    EXPECT_LE(most, 8);
    EXPECT_GT(most, 7.9);
}

TEST(back_off, survives_any_number_of_failures) {
    random_source random(1, 1, dice::line);
    back_off b({0.01, 300}, 0);
    for (int i = 0; i < 10'000; ++i)
        EXPECT_LE(b.next(random), 300);
    EXPECT_EQ(b.next(random), 300);
}

TEST(random_source, gives_each_stream_its_own_numbers_and_repeats_them) {
    random_source a(1, 7, dice::line);
    random_source b(1, 7, dice::line);
    random_source other_charger(1, 8, dice::line);
    random_source other_stream(1, 7, dice::faults);
    random_source other_seed(2, 7, dice::line);
    const auto first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, other_charger.next());
    EXPECT_NE(first, other_stream.next());
    EXPECT_NE(first, other_seed.next());
}

TEST(random_source, is_fair_enough) {
    random_source r(42, 1, dice::traits);
    int hits = 0;
    double sum = 0;
    for (int i = 0; i < 20'000; ++i) {
        hits += r.chance(0.25) ? 1 : 0;
        sum += r.within({10, 20});
    }
    EXPECT_NEAR(hits / 20'000.0, 0.25, 0.02);
    EXPECT_NEAR(sum / 20'000, 15, 0.1);
}

} // namespace
} // namespace voltlane::simulator
