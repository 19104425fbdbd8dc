#include "shared/ocpp/v16/quirks/energy_unit.hpp"
#include "shared/ocpp/v16/quirks/id_tag.hpp"
#include "shared/ocpp/v16/quirks/long_text.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"
#include "shared/ocpp/v16/quirks/placeholder_id.hpp"
#include "shared/ocpp/v16/quirks/status.hpp"
#include "unit/ocpp/v16/support.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;

TEST(quirk, has_a_name_of_its_own) {
    std::vector<std::string_view> seen;
    for (std::size_t i = 0; i < quirk_count; ++i) {
        const auto name = to_string(static_cast<quirk>(i));
        EXPECT_FALSE(name.empty());
        EXPECT_EQ(std::find(seen.begin(), seen.end(), name), seen.end()) << name;
        seen.push_back(name);
    }
    EXPECT_EQ(to_string(quirk::null_payload), "null_payload");
    EXPECT_EQ(to_string(quirk::member_invalid), "member_invalid");
    frame_repairs repairs;
    EXPECT_TRUE(quirks_of(repairs).empty());
    repairs.byte_order_mark = repairs.null_payload = repairs.lone_surrogate = repairs.nul_character = true;
    EXPECT_EQ(names(quirks_of(repairs)), "byte_order_mark null_payload lone_surrogate nul_character");
}

TEST(loose_integer, follows_one_rule) {
    struct number {
        std::string json;
        std::optional<std::int64_t> strict;
        std::optional<std::int64_t> loose;
    };
    const std::vector<number> cases{
        {"1", 1, 1},
        {"-1", -1, -1},
        {"-0", 0, 0},
        {"1.0", 1, 1},
        {"1e2", 100, 100},
        {"9007199254740993", 9007199254740993, 9007199254740993},
        {"9223372036854775807", INT64_MAX, INT64_MAX},
        {"9223372036854775808", std::nullopt, std::nullopt},
        {"1e16", std::nullopt, std::nullopt},
        {"1e400", std::nullopt, std::nullopt},
        {"1.5", std::nullopt, std::nullopt},
        {"true", std::nullopt, std::nullopt},
        {"null", std::nullopt, std::nullopt},
        {R"("1")", std::nullopt, 1},
        {R"(" 1 ")", std::nullopt, 1},
        {R"("-1")", std::nullopt, -1},
        {R"("1.0")", std::nullopt, std::nullopt},
        {R"("")", std::nullopt, std::nullopt},
        {R"("0x1")", std::nullopt, std::nullopt},
        {R"("9223372036854775808")", std::nullopt, std::nullopt},
    };
    for (const auto& c : cases) {
        quirk_set quirks;
        const auto v = boost::json::parse(c.json);
        EXPECT_EQ(as_integer(v), c.strict) << c.json;
        EXPECT_EQ(read_loose_integer(v, quirks), c.loose) << c.json;
        EXPECT_EQ(quirks.has(quirk::integer_text), v.is_string() && c.loose.has_value()) << c.json;
    }
    quirk_set quirks;
    EXPECT_EQ(clamp_to_int32(2147483647, quirks), 2147483647);
    EXPECT_TRUE(quirks.empty());
    EXPECT_EQ(clamp_to_int32(2147483648, quirks), 2147483647);
    EXPECT_EQ(clamp_to_int32(INT64_MIN, quirks), -2147483647 - 1);
    EXPECT_EQ(names(quirks), "integer_out_of_range");
}

TEST(number_text, is_exact) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"1", "1"},          {"0.192", "0.192"},
        {"1.10", "1.1"},     {"9223372036854775808", "9223372036854775808"},
        {R"(" 12 ")", "12"}, {"true", ""},
        {"1e400", ""},       {"{}", ""},
    };
    for (const auto& [json, text] : cases) {
        const auto v = boost::json::parse(json);
        EXPECT_EQ(number_text(&v), text) << json;
    }
    EXPECT_EQ(number_text(nullptr), "");
}

// E11, field-notes 15 and 35
TEST(id_tag, is_trimmed_and_folded) {
    struct tag {
        std::string raw, text, normalised, quirks;
    };
    const std::vector<tag> cases{
        {"TAG123", "TAG123", "tag123", ""},
        {" F6 CA 0C C5", "F6 CA 0C C5", "f6 ca 0c c5", "id_tag_blanks"},
        {"", "", "", ""},
        {"   ", "", "", "id_tag_blanks"},
        {"12345678_dummy1234567", "12345678_dummy1234567", "12345678_dummy1234567", "text_too_long"},
        {"\xC3\x89T\xC3\x89", "\xC3\x89T\xC3\x89", "\xC3\x89t\xC3\x89", ""},
        {"' OR 1=1 --", "' OR 1=1 --", "' or 1=1 --", ""},
        {"${jndi:x}\r\n", "${jndi:x}", "${jndi:x}", "id_tag_blanks"},
    };
    for (const auto& c : cases) {
        quirk_set quirks;
        const auto tag = read_id_tag(c.raw, quirks);
        EXPECT_EQ(tag.text, c.text);
        EXPECT_EQ(tag.normalised, c.normalised);
        EXPECT_EQ(names(quirks), c.quirks) << c.raw;
        EXPECT_EQ(normalise_id_tag(c.raw), c.normalised);
    }
    quirk_set quirks;
    EXPECT_EQ(read_id_tag(std::string(1000, 'X'), quirks).text.size(), max_stored_id_tag);
    EXPECT_EQ(normalise_id_tag(std::string(1000, 'X')).size(), max_stored_id_tag);
}

TEST(long_text, is_flagged_and_cut) {
    const auto o =
        object("{\"a\":\"" + std::string(26, 'x') + "\",\"b\":\"" + std::string(3000, 'y') + "\",\"c\":5}");
    quirk_set quirks;
    EXPECT_EQ(read_text(o, "a", 26, quirks).size(), 26u);
    EXPECT_EQ(read_text(o, "c", 26, quirks), "");
    EXPECT_EQ(read_text(o, "d", 26, quirks), "");
    EXPECT_TRUE(quirks.empty());
    EXPECT_EQ(read_text(o, "a", 25, quirks).size(), 26u);
    EXPECT_EQ(names(quirks), "text_too_long");
    EXPECT_EQ(read_text(o, "b", 25, quirks).size(), max_stored_text);
}

// E8, E10, field-notes 19, 21, 22
TEST(placeholder_id, names_nothing) {
    struct reading {
        std::string payload;
        std::optional<std::int64_t> id, raw;
        std::string quirks;
    };
    const std::vector<reading> cases{
        {R"({"transactionId":7})", 7, 7, ""},
        {R"({"transactionId":0})", {}, 0, "transaction_id_placeholder"},
        {R"({"transactionId":-1})", {}, -1, "transaction_id_placeholder"},
        {R"({"transactionId":9223372036854775807})", INT64_MAX, INT64_MAX, ""},
        {R"({"transactionId":"7"})", 7, 7, "integer_text"},
        {R"({"transactionId":"x"})", {}, {}, "member_invalid"},
        {R"({"transactionId":null})", {}, {}, "member_missing"},
        {"{}", {}, {}, "member_missing"},
    };
    for (const auto& c : cases) {
        quirk_set quirks;
        const auto r = read_transaction_id(object(c.payload), true, quirks);
        EXPECT_EQ(r.id, c.id) << c.payload;
        EXPECT_EQ(r.raw, c.raw) << c.payload;
        EXPECT_EQ(names(quirks), c.quirks) << c.payload;
    }
    quirk_set quirks;
    EXPECT_EQ(read_reservation_id(object(R"({"reservationId":3})"), quirks), 3);
    EXPECT_EQ(read_reservation_id({}, quirks), std::nullopt);
    EXPECT_TRUE(quirks.empty());
    EXPECT_EQ(read_reservation_id(object(R"({"reservationId":-1})"), quirks), std::nullopt);
    EXPECT_EQ(names(quirks), "reservation_id_placeholder");
}

TEST(energy_unit, gives_exact_watt_hours) {
    struct reading {
        std::string text, unit;
        std::optional<std::int64_t> milliwatt_hours;
        std::string quirks;
    };
    const std::vector<reading> cases{
        {"192", "Wh", 192000, ""},
        {"192", "", 192000, ""},
        {"0.192", "kWh", 192000, ""},
        {"12345.6789", "kWh", 12345678900, ""},
        {"0.1234567", "kWh", 123457, ""},
        {"1e3", "Wh", 1000000, ""},
        {"-5", "Wh", -5000, ""},
        {"1", "kwh", 1000000, "unit_spelling"},
        {"1", "WH", 1000, "unit_spelling"},
        {"1", "varh", std::nullopt, ""},
        {"1", "Hertz", std::nullopt, ""},
        {"1,5", "Wh", std::nullopt, ""},
        {"NaN", "Wh", std::nullopt, ""},
        {"", "Wh", std::nullopt, ""},
        {"99999999999999999999", "Wh", std::nullopt, ""},
    };
    for (const auto& c : cases) {
        quirk_set quirks;
        const auto got = read_energy(c.text, c.unit, quirks);
        EXPECT_EQ(got ? std::optional(got->units) : std::nullopt, c.milliwatt_hours) << c.text << c.unit;
        EXPECT_EQ(names(quirks), c.quirks) << c.text << c.unit;
    }
}

TEST(status, is_kept_where_unknown) {
    using enum charge_point_status;
    struct reading {
        std::string raw;
        charge_point_status status;
        std::string text, quirks;
    };
    const std::vector<reading> cases{
        {"Available", available, "Available", ""},
        {"SuspendedEVSE", suspended_evse, "SuspendedEVSE", ""},
        {"Faulted", faulted, "Faulted", ""},
        {"charging", charging, "Charging", "unknown_choice"},
        {" Charging ", charging, "Charging", "unknown_choice"},
        {"Occupied", other, "Occupied", "unknown_choice"},
        {"", other, "", "unknown_choice"},
    };
    for (const auto& c : cases) {
        quirk_set quirks;
        const auto got = read_status(c.raw, quirks);
        EXPECT_EQ(got.status, c.status) << c.raw;
        EXPECT_EQ(got.text, c.text) << c.raw;
        EXPECT_EQ(names(quirks), c.quirks) << c.raw;
    }
}

} // namespace
} // namespace voltlane::ocpp::v16
