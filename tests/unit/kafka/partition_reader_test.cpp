#include "shared/kafka/partition_reader.hpp"

#include "shared/kafka/errors.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {
namespace {

TEST(partition_reader, position_is_lost_only_where_the_log_says_so) {
    for (const int code : {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET}) {
        EXPECT_EQ(to_error(code), errc::not_found) << code;
        EXPECT_EQ(lost_place(code), errc::not_found) << code;
    }
    // Stale metadata can say these of a partition that is there.
    for (const int code : {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
                           RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC}) {
        EXPECT_EQ(to_error(code), errc::not_found) << code;
        EXPECT_EQ(lost_place(code), errc::unavailable) << code;
    }
}

} // namespace
} // namespace voltlane::kafka
