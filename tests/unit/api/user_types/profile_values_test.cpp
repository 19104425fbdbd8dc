#include "api/user_types/profile_values.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

profile_field of_kind(field_kind kind) {
    profile_field f;
    f.name = "f";
    f.kind = kind;
    return f;
}

profile_field two_decimals() {
    auto f = of_kind(field_kind::decimal);
    f.decimals = 2;
    f.min = 0;
    f.max = 400;
    return f;
}

profile_field level() {
    auto f = of_kind(field_kind::choice);
    f.choices = {"undergraduate", "graduate", "phd", "7"};
    return f;
}

profile_field up_to(field_kind kind, std::int64_t least, std::int64_t most) {
    auto f = of_kind(kind);
    f.min = least;
    f.max = most;
    return f;
}

profile_field at_most(field_kind kind, std::size_t characters) {
    auto f = of_kind(kind);
    f.max_length = characters;
    return f;
}

struct value_case {
    profile_field field;
    std::string sent; // JSON
    std::string json; // as stored and shown; empty: wrong
    std::string message = {};
};

class field_values : public ::testing::TestWithParam<value_case> {};

TEST_P(field_values, are_read_in_one_form_or_refused) {
    const auto& c = GetParam();
    const auto got = read_field(c.field, boost::json::parse(c.sent));
    EXPECT_EQ(got.ok(), !c.json.empty()) << c.sent << ": " << got.message;
    if (!c.json.empty()) {
        EXPECT_EQ(got.json, c.json) << c.sent;
        // What is stored is read again when it is shown.
        EXPECT_EQ(read_field(c.field, boost::json::parse(got.json)).json, c.json);
    } else if (!c.message.empty()) {
        EXPECT_EQ(got.message, c.message);
    }
}

const std::string whole = "A valid integer is required.";
const std::string numeric = "A valid number is required.";
const std::string date_message = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";

INSTANTIATE_TEST_SUITE_P(
    table, field_values,
    ::testing::Values(
        value_case{of_kind(field_kind::string), R"("  S-1 ")", R"("S-1")"},
        value_case{of_kind(field_kind::string), "17", R"("17")"},
        value_case{of_kind(field_kind::string), R"("")", "null"},
        value_case{of_kind(field_kind::string), "null", "null"},
        value_case{of_kind(field_kind::string), R"("q\"\\ü")", R"("q\"\\ü")"},
        value_case{of_kind(field_kind::string), "true", "", "Not a valid string."},
        value_case{of_kind(field_kind::string), "[1]", "", "Not a valid string."},
        value_case{of_kind(field_kind::string), R"({"a":1})", "", "Not a valid string."},
        value_case{of_kind(field_kind::string), R"("a\u0000b")", "", "Null characters are not allowed."},
        value_case{at_most(field_kind::string, 3), R"("äöü")", R"("äöü")"},
        value_case{at_most(field_kind::string, 3), R"("abcd")", "",
                   "Ensure this field has no more than 3 characters."},
        value_case{of_kind(field_kind::string), '"' + std::string(256, 'x') + '"', ""},
        value_case{of_kind(field_kind::text), '"' + std::string(4000, 'x') + '"',
                   '"' + std::string(4000, 'x') + '"'},
        value_case{of_kind(field_kind::text), '"' + std::string(4001, 'x') + '"', ""},
        value_case{of_kind(field_kind::integer), "2024", "2024"},
        value_case{of_kind(field_kind::integer), R"("-5")", "-5"},
        value_case{of_kind(field_kind::integer), R"(" ")", "null"},
        value_case{of_kind(field_kind::integer), "1.5", "", whole},
        value_case{of_kind(field_kind::integer), R"("12a")", "", whole},
        value_case{of_kind(field_kind::integer), "true", "", whole},
        value_case{of_kind(field_kind::integer), "18446744073709551615", "", whole},
        value_case{of_kind(field_kind::integer), "1000000000000000", ""},
        value_case{up_to(field_kind::integer, 1900, 2200), "1899", "",
                   "Ensure this value is greater than or equal to 1900."},
        value_case{up_to(field_kind::integer, 1900, 2200), "2201", "",
                   "Ensure this value is less than or equal to 2200."},
        value_case{two_decimals(), R"("3.75")", R"("3.75")"}, value_case{two_decimals(), "3.75", R"("3.75")"},
        value_case{two_decimals(), "4", R"("4.00")"}, value_case{two_decimals(), "0.07", R"("0.07")"},
        value_case{two_decimals(), R"("3.7")", R"("3.70")"},
        value_case{two_decimals(), "3.755", "", "Ensure that there are no more than 2 decimal places."},
        value_case{two_decimals(), "4.01", "", "Ensure this value is less than or equal to 4.00."},
        value_case{two_decimals(), "-0.01", "", "Ensure this value is greater than or equal to 0.00."},
        value_case{two_decimals(), R"("NaN")", "", numeric}, value_case{two_decimals(), "1e400", "", numeric},
        value_case{two_decimals(), "[]", "", numeric},
        value_case{of_kind(field_kind::date), R"("2027-06-30")", R"("2027-06-30")"},
        value_case{of_kind(field_kind::date), R"("2027-02-29")", "", date_message},
        value_case{of_kind(field_kind::date), R"("30.06.2027")", "", date_message},
        value_case{of_kind(field_kind::date), "20270630", "", date_message},
        value_case{of_kind(field_kind::boolean), "true", "true"},
        value_case{of_kind(field_kind::boolean), R"("False")", "false"},
        value_case{of_kind(field_kind::boolean), "1", "", "Must be a valid boolean."},
        value_case{of_kind(field_kind::boolean), R"("ja")", "", "Must be a valid boolean."},
        value_case{level(), R"("phd")", R"("phd")"}, value_case{level(), "7", R"("7")"},
        value_case{level(), R"("PhD")", "", R"("PhD" is not a valid choice.)"},
        value_case{level(), '"' + std::string(51, 'x') + '"', "", R"("..." is not a valid choice.)"},
        value_case{level(), "{}", "", R"("..." is not a valid choice.)"}));

// The campus of the contract, with one required field each.
declarations campus() {
    auto d = built_in_declarations();
    auto university = of_kind(field_kind::string);
    university.name = "university_id";
    university.required = true;
    auto academic = level();
    academic.name = "academic_level";
    d.shared = {{university, declared_by::file}, {academic, declared_by::api}};
    auto gpa = two_decimals();
    gpa.name = "gpa";
    auto id = of_kind(field_kind::string);
    id.name = "student_id";
    id.required = true;
    auto hired = of_kind(field_kind::date);
    hired.name = "hire_date";
    d.types.push_back({"student", "is_student", {id, gpa}, declared_by::file});
    d.types.push_back({"staff", "is_staff_member", {hired}, declared_by::file});
    return d;
}

// The profile that was read, or the messages as `field: message` lines.
std::string read(std::string_view type, std::string_view body,
                 profile_rule rule = profile_rule::registration) {
    json_input::fault wrong;
    const auto input = json_input::parse(body, wrong);
    EXPECT_TRUE(input) << wrong.message;
    form f(*input);
    const auto out = validate_profile(campus(), type, *input, f, rule);
    if (f.ok()) return out;
    std::string messages;
    for (const auto& [field, texts] : f.errors())
        for (const auto& text : texts)
            messages += field + ": " + text + "\n";
    return messages;
}

TEST(validate_profile, reads_top_level_then_the_types_profile_then_profile) {
    EXPECT_EQ(read("student", R"({"university_id":"U","student_id":"top","gpa":3.5,
                                 "student_profile":{"student_id":"below","gpa":1},
                                 "profile":{"gpa":2,"academic_level":"phd"}})"),
              R"({"university_id":"U","academic_level":"phd","student_id":"top","gpa":"3.50"})");
    EXPECT_EQ(read("student", R"({"profile":{"student_id":"p","gpa":2.25},
                                 "student_profile":{"university_id":"U","gpa":1.1}})"),
              R"({"university_id":"U","student_id":"p","gpa":"1.10"})");
}

TEST(validate_profile, keeps_what_a_number_was_sent_as) {
    // As a double it would be 0.07000000000000001 after one sum; as text it is what was sent.
    EXPECT_EQ(read("student", R"({"university_id":"U","student_id":1.50,"gpa":0.07})"),
              R"({"university_id":"U","student_id":"1.50","gpa":"0.07"})");
}

TEST(validate_profile, asks_for_required_fields_of_declared_types_only) {
    EXPECT_EQ(read("student", "{}"), "student_id: This field is required.\n"
                                     "university_id: This field is required.\n");
    EXPECT_EQ(read("student", R"({"student_id":"","university_id":null})"),
              "student_id: This field may not be blank.\nuniversity_id: This field may not be null.\n");
    EXPECT_EQ(read("CUSTOMER", "{}"), "{}");
    EXPECT_EQ(read("", "{}"), "{}");
    EXPECT_EQ(read("CUSTOMER", R"({"university_id":"U","student_id":"ignored"})"),
              R"({"university_id":"U"})");
    EXPECT_EQ(read("nobody's", R"({"university_id":"U","student_id":"ignored"})"),
              R"({"university_id":"U"})");
}

TEST(validate_profile, a_change_counts_what_was_sent) {
    const auto change = profile_rule::change;
    EXPECT_EQ(read("student", "{}", change), "{}");
    EXPECT_EQ(read("student", R"({"gpa":null,"academic_level":""})", change),
              R"({"academic_level":null,"gpa":null})");
    EXPECT_EQ(read("student", R"({"student_id":null})", change), "student_id: This field may not be null.\n");
    EXPECT_EQ(read("CUSTOMER", R"({"university_id":null})", change), R"({"university_id":null})");
}

TEST(validate_profile, ignores_other_types_and_refuses_other_kinds_of_objects) {
    const auto change = profile_rule::change;
    EXPECT_EQ(read("student", R"({"staff_profile":{"hire_date":"nonsense"},"hire_date":"nonsense"})", change),
              "{}");
    EXPECT_EQ(read("student", R"({"student_profile":null,"staff_profile":null,"profile":null})", change),
              "{}");
    EXPECT_EQ(read("student", R"({"student_profile":"x","profile":[{}]})", change),
              "profile: Invalid data. Expected a dictionary.\n"
              "student_profile: Invalid data. Expected a dictionary.\n");
    EXPECT_EQ(read("student", R"({"student_profile":{"gpa":"much"}})", change),
              "gpa: A valid number is required.\n");
}

std::string shown(std::string_view type, std::string_view stored) {
    std::string out = "{";
    append_declared(out, campus(), type, stored);
    return out + "}";
}

TEST(append_declared, shows_every_flag_and_profile) {
    EXPECT_EQ(shown("student", R"({"gpa": "3.75", "university_id": "U1"})"),
              R"({"university_id":"U1","academic_level":null,"is_student":true,"is_staff_member":false,)"
              R"("student_profile":{"student_id":null,"gpa":"3.75"},"staff_profile":null})");
    EXPECT_EQ(shown("CUSTOMER", "{}"),
              R"({"university_id":null,"academic_level":null,"is_student":false,"is_staff_member":false,)"
              R"("student_profile":null,"staff_profile":null})");
}

TEST(append_declared, what_no_longer_fits_is_null) {
    EXPECT_EQ(shown("staff", R"({"hire_date": 5, "academic_level": "kindergarten", "gone": true})"),
              R"({"university_id":null,"academic_level":null,"is_student":false,"is_staff_member":true,)"
              R"("student_profile":null,"staff_profile":{"hire_date":null}})");
    EXPECT_EQ(shown("staff", "[broken"), shown("staff", "{}"));
    EXPECT_EQ(shown("staff", "[]"), shown("staff", "{}"));
}

TEST(append_declared, without_declarations_there_is_nothing) {
    std::string out = "{";
    append_declared(out, built_in_declarations(), "CUSTOMER", R"({"gpa":"1.00"})");
    EXPECT_EQ(out, "{");
}

} // namespace
} // namespace voltlane::api
