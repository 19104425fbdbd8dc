#include "shared/pg/values.hpp"

#include "shared/pg/failure.hpp"
#include "shared/pg/transaction.hpp"

#include <gtest/gtest.h>

namespace voltlane::pg {
namespace {

using namespace std::chrono;

TEST(times, are_read_as_the_server_writes_them) {
    const timestamp t = sys_days{year{2025} / September / 5} + 16h + 10min + 20s + 123456us;
    EXPECT_EQ(parse_time("2025-09-05 16:10:20.123456+00"), t);
    EXPECT_EQ(parse_time("2025-09-05 16:10:20+00"), floor<seconds>(t));
    EXPECT_EQ(parse_time(time_text(t)), t);
    EXPECT_THROW(parse_time("infinity"), failure);
}

TEST(times, outside_of_what_can_be_written_are_clamped) {
    EXPECT_EQ(time_text(timestamp::max()), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(time_text(timestamp::min()), "0001-01-01T00:00:00.000000Z");
}

TEST(bytea, travels_as_hex) {
    EXPECT_EQ(bytea_text(std::string_view("a\0\xff", 3)), "\\x6100ff");
}

TEST(parameter, converts_what_sql_knows) {
    EXPECT_STREQ(parameter(7).c_str(), "7");
    EXPECT_STREQ(parameter(true).c_str(), "t");
    EXPECT_STREQ(parameter(tenant_id{3}).c_str(), "3");
    EXPECT_STREQ(parameter(price{500}).c_str(), "0.500");
    EXPECT_STREQ(parameter(std::optional<std::int64_t>{5}).c_str(), "5");
    EXPECT_EQ(parameter(std::optional<std::int64_t>{}).c_str(), nullptr);
    EXPECT_EQ(parameter(nullptr).c_str(), nullptr);
    EXPECT_STREQ(parameter(array().add("a")).c_str(), R"({"a"})");
}

} // namespace
} // namespace voltlane::pg
