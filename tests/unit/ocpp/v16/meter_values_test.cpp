#include "shared/ocpp/v16/meter_values.hpp"

#include "unit/ocpp/v16/support.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

struct sampled_case {
    std::string members;
    std::string value;
    bool is_decimal;
    std::optional<std::int64_t> register_milliwatt_hours;
    std::string quirks{};
};

// E2, E4, field-notes 14, 16, 33
TEST(sampled_value, is_read_by_the_table) {
    const std::string digits(40, '9');
    const std::vector<sampled_case> cases{
        {R"("value":"1234")", "1234", true, 1234000},
        {R"("value":1234)", "1234", true, 1234000, "value_number"},
        {R"("value":0.192,"unit":"kWh")", "0.192", true, 192000, "value_number"},
        {R"("value":" 12.3 ")", "12.3", true, 12300, "value_blanks"},
        {R"("value":"1e3")", "1e3", true, 1000000},
        {R"("value":"-5")", "-5", true, -5000},
        {R"("value":"1,5")", "1,5", false, {}, "value_unreadable"},
        {R"("value":"NaN")", "NaN", false, {}, "value_unreadable"},
        {R"("value":"0x1F")", "0x1F", false, {}, "value_unreadable"},
        {R"("value":"")", "", false, {}, "value_unreadable"},
        {R"("value":"1e999")", "1e999", false, {}, "value_unreadable"},
        {R"("value":"1.")", "1.", false, {}, "value_unreadable"},
        {"\"value\":\"" + digits + "\"", digits, true, {}, "value_unreadable"},
        {"\"value\":\"" + digits + "9\"", digits + "9", false, {}, "value_unreadable"},
        {R"("value":1e400)", "", false, {}, "value_number value_unreadable"},
        {R"("value":true)", "", false, {}, "value_unreadable"},
        {R"("value":null)", "", false, {}, "value_unreadable member_missing"},
        {"", "", false, {}, "value_unreadable member_missing"},
        {R"("value":"7","unit":"kwh")", "7", true, 7000000, "unit_spelling"},
        {R"("value":"7","unit":"W")", "7", true, {}, "value_unreadable"},
        {R"("value":"7","measurand":"Voltage","unit":"V")", "7", true, {}},
        {R"("value":"50","measurand":"Frequency","unit":"Hertz")", "50", true, {}},
        {R"("value":"7","measurand":"Vendor.Thing","unit":"bananas","context":"Odd")", "7", true, {}},
        {R"("value":"7","measurand":5)", "7", true, 7000, "member_invalid"},
        {R"("value":"7","location":"Inlet")", "7", true, {}},
        {R"("value":"7","measurand":"Energy.Active.Export.Register")", "7", true, {}},
        {R"("value":"7","phase":"L1")", "7", true, 7000},
        {R"("value":"0ABC","format":"SignedData")", "0ABC", false, {}, "value_signed"},
        {R"("value":"1234","format":"SignedData")", "1234", false, {}, "value_signed"},
    };
    for (const auto& c : cases) {
        const auto o = object("{" + c.members + "}");
        const auto s = read_sampled_value(o);
        EXPECT_EQ(s.value(), c.value) << c.members;
        EXPECT_EQ(s.is_decimal, c.is_decimal) << c.members;
        EXPECT_EQ(s.register_energy ? std::optional(s.register_energy->units) : std::nullopt,
                  c.register_milliwatt_hours)
            << c.members;
        EXPECT_EQ(names(s.quirks), c.quirks) << c.members;
    }
}

TEST(sampled_value, has_the_standards_defaults) {
    const auto bare = object(R"({"value":"1"})");
    const auto s = read_sampled_value(bare);
    EXPECT_EQ(s.context, "Sample.Periodic");
    EXPECT_EQ(s.format, "Raw");
    EXPECT_EQ(s.measurand, "Energy.Active.Import.Register");
    EXPECT_EQ(s.location, "Outlet");
    EXPECT_EQ(s.unit, "Wh");
    EXPECT_EQ(s.phase, "");
    const auto power = object(R"({"value":"1","measurand":"Power.Factor"})");
    EXPECT_EQ(read_sampled_value(power).unit, "");
    const auto longest = object("{\"value\":\"1\",\"unit\":\"" + std::string(5000, 'u') + "\"}");
    EXPECT_EQ(read_sampled_value(longest).unit.size(), 50u);
}

TEST(samples, are_flattened_with_their_times) {
    const auto payload = object(R"({"connectorId":1,"meterValue":[
        {"timestamp":"2025-09-05T16:10:20Z","sampledValue":[{"value":"1"},{"value":2,"measurand":"Voltage","unit":"V"}]},
        {"timestamp":"2025-09-05T16:11:20","sampledValue":[{"value":"3"}]},
        {"sampledValue":[{"value":"4"}]}]})");
    std::vector<sample> out;
    const auto r = read_samples(payload, "meterValue", out);
    ASSERT_EQ(out.size(), 4u);
    EXPECT_EQ(out[0].time.value, at("2025-09-05T16:10:20Z"));
    EXPECT_EQ(out[1].value.value(), "2");
    EXPECT_EQ(out[1].value.measurand, "Voltage");
    EXPECT_EQ(out[2].time.value, at("2025-09-05T16:11:20Z"));
    EXPECT_EQ(out[3].time.value, std::nullopt);
    EXPECT_EQ(r.unreadable, 0u);
    EXPECT_FALSE(r.cut);
    EXPECT_EQ(names(r.quirks), "time_without_zone time_missing value_number");
    read_samples(payload, "meterValue", out);
    EXPECT_EQ(out.size(), 8u);
}

// E3 and worse
TEST(samples, are_none_where_there_are_none) {
    struct nothing {
        std::string payload;
        std::size_t unreadable;
    };
    for (const auto& c : std::vector<nothing>{
             {"{}", 0},
             {R"({"meterValue":null})", 0},
             {R"({"meterValue":[]})", 0},
             {R"({"meterValue":5})", 1},
             {R"({"meterValue":[{}]})", 1},
             {R"({"meterValue":[5,null,"x"]})", 3},
             {R"({"meterValue":[{"timestamp":"2025-09-05T16:10:20Z","sampledValue":[]}]})", 0},
             {R"({"meterValue":[{"timestamp":"2025-09-05T16:10:20Z","sampledValue":{}}]})", 1},
             {R"({"meterValue":[{"timestamp":"2025-09-05T16:10:20Z","sampledValue":[5,{},{"value":""}]}]})",
              3}}) {
        std::vector<sample> out;
        const auto payload = object(c.payload);
        EXPECT_EQ(read_samples(payload, "meterValue", out).unreadable, c.unreadable) << c.payload;
        EXPECT_TRUE(out.empty()) << c.payload;
    }
}

TEST(samples, are_bounded) {
    std::string text = R"({"transactionData":[{"timestamp":"2025-09-05T16:10:20Z","sampledValue":[)";
    for (std::size_t i = 0; i <= max_samples; ++i)
        text += i == 0 ? R"({"value":"1"})" : R"(,{"value":"1"})";
    const auto payload = object(text + "]}]}");
    std::vector<sample> out;
    EXPECT_TRUE(read_samples(payload, "transactionData", out).cut);
    EXPECT_EQ(out.size(), max_samples);
}

} // namespace
} // namespace voltlane::ocpp::v16
