#include "workers/runtime/batch_size.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

TEST(batch_size, is_halved_after_two_failures_in_a_row) {
    for (const auto* state : {"57014", "53200", "54000"}) {
        batch_size size(1000);
        size.failed(state, 1000);
        EXPECT_EQ(size.now(), 1000u) << state;
        size.failed(state, 1000);
        EXPECT_EQ(size.now(), 500u) << state;
        size.failed(state, 300); // the last piece of a batch
        size.failed(state, 300);
        EXPECT_EQ(size.now(), 150u) << state;
    }
}

TEST(batch_size, is_not_halved_by_a_database_that_is_away) {
    batch_size size(1000);
    for (const auto* state : {"", "57P01", "53300", "55P03", "42P01"}) {
        size.failed("57014", 1000);
        size.failed(state, 1000);
        EXPECT_EQ(size.now(), 1000u) << state;
    }
}

TEST(batch_size, ends_at_one_event_and_grows_again) {
    batch_size size(1000);
    for (int i = 0; i < 40; ++i)
        size.failed("57014", size.now());
    EXPECT_EQ(size.now(), 1u);
    size.succeeded();
    EXPECT_EQ(size.now(), 2u);
    for (int i = 0; i < 100; ++i)
        size.succeeded();
    EXPECT_EQ(size.now(), 1000u);
    EXPECT_EQ(batch_size(0).now(), 1u);
}

TEST(batch_size, success_forgets_a_failure) {
    batch_size size(8);
    size.failed("57014", 8);
    size.succeeded();
    size.failed("57014", 8);
    EXPECT_EQ(size.now(), 8u);
}

} // namespace
} // namespace voltlane::workers
