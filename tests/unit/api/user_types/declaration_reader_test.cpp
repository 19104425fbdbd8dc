#include "api/user_types/declaration_reader.hpp"

#include "api/user_types/declaration_json.hpp"
#include "api/user_types/declaration_rules.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

namespace json = boost::json;

using unknown = declaration_reader::unknown_members;

std::string faults_of(const declaration_reader& r) {
    std::string all;
    for (const auto& f : r.faults())
        all += f.path + ": " + f.message + "\n";
    return all;
}

// What is wrong with a type, as `path: message` lines; empty: nothing.
std::string wrong_type(const std::string& text) {
    declaration_reader r(unknown::refused);
    r.type(json::parse(text), "");
    return faults_of(r);
}

std::string wrong_field(const std::string& members) {
    return wrong_type(R"({"name":"t","fields":[{)" + members + "}]}");
}

TEST(declaration_reader, reads_a_type_and_writes_it_again) {
    const std::string text =
        R"({"name":"Student","flag":"is_student","fields":[)"
        R"({"name":"student_id","kind":"string","required":true,"max_length":64},)"
        R"({"name":"notes","kind":"text","required":false},)"
        R"({"name":"credits","kind":"integer","required":false,"min":0,"max":100000},)"
        R"({"name":"gpa","kind":"decimal","required":false,"decimals":2,"min":"0.00","max":"4.00"},)"
        R"({"name":"since","kind":"date","required":false},)"
        R"({"name":"enrolled","kind":"boolean","required":false},)"
        R"({"name":"level","kind":"choice","required":false,"choices":["a","b \"c\""]}]})";
    declaration_reader r(unknown::refused);
    const auto type = r.type(json::parse(text), "");
    ASSERT_TRUE(type) << faults_of(r);
    EXPECT_EQ(type->fields.size(), 7U);
    EXPECT_EQ(type->profile_member(), "student_profile");
    const auto again = user_type_json(*type);
    EXPECT_EQ(json::parse(again).at("fields"), json::parse(text).at("fields"));
    // What GET shows may be sent back.
    EXPECT_EQ(wrong_type(again), "");
}

TEST(declaration_reader, a_flag_is_named_after_its_type) {
    declaration_reader r(unknown::refused);
    EXPECT_EQ(r.type(json::parse(R"({"name":"VISITOR"})"), "")->flag, "is_visitor");
    EXPECT_EQ(r.type(json::parse(R"({"name":"a","flag":null,"fields":null})"), "")->flag, "is_a");
}

TEST(declaration_reader, says_where_a_type_is_wrong) {
    EXPECT_EQ(wrong_type("{}"), "name: This field is required.\n");
    EXPECT_EQ(wrong_type(R"({"name":5})"), "name: Not a valid string.\n");
    EXPECT_EQ(wrong_type("[]"), ": must be an object.\n");
    for (const auto* name : {"", "1a", "a-b", "a b", "ä", "a/b", "_a", "shared-fields"})
        EXPECT_EQ(wrong_type("{\"name\":\"" + std::string(name) + "\"}"),
                  "name: must be a letter, then letters, digits and underscores, at most 63.\n")
            << name;
    EXPECT_EQ(wrong_type("{\"name\":\"" + std::string(63, 'x') + "\"}"), "");
    EXPECT_NE(wrong_type("{\"name\":\"" + std::string(64, 'x') + "\"}"), "");
    EXPECT_NE(wrong_type(R"({"name":"a","flag":"Is_A"})"), "");
    EXPECT_NE(wrong_type(R"({"name":"a","flag":7})"), "");
    EXPECT_EQ(wrong_type(R"({"name":"a","colour":"red"})"), "colour: is not known here.\n");
    EXPECT_EQ(wrong_type(R"({"name":"a","fields":{}})"), "fields: must be a list.\n");
    EXPECT_EQ(wrong_type(R"({"name":"a","fields":[1]})"), "fields[0]: must be an object.\n");
}

TEST(declaration_reader, says_where_a_field_is_wrong) {
    const auto at = [](const std::string& member, const std::string& message) {
        return "fields[0]." + member + ": " + message + "\n";
    };
    const std::string required = "This field is required.";
    EXPECT_EQ(wrong_field(""), at("name", required) + at("kind", required));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"colour")"), at("kind", R"("colour" is not a valid choice.)"));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":["string"])"), at("kind", "Not a valid string."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"date","requierd":true)"),
              at("requierd", "is not known here."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"date","required":"yes")"),
              at("required", "Must be a valid boolean."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"choice")"), at("choices", required));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"choice","choices":[])"),
              at("choices", "must be a list of 1 to 100 texts."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"choice","choices":["x","x",null,{}])"),
              at("choices[1]", "is there twice.") + at("choices[2]", "This field may not be blank.") +
                  at("choices[3]", "Not a valid string."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"date","choices":["x"])"),
              at("choices", "only fields of kind choice have choices."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"decimal")"), at("decimals", required));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"decimal","decimals":7)"),
              at("decimals", "Ensure this value is less than or equal to 6."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"decimal","decimals":1,"min":0.25)"),
              at("min", "Ensure that there are no more than 1 decimal places."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"integer","min":5,"max":4)"), at("max", "is less than min."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"boolean","min":5)"),
              at("min", "only fields of kind integer or decimal have this."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"integer","max_length":5)"),
              at("max_length", "only fields of kind string or text have this."));
    EXPECT_EQ(wrong_field(R"("name":"a","kind":"string","max_length":256)"),
              at("max_length", "Ensure this value is less than or equal to 255."));
}

TEST(declaration_reader, bounds_what_it_reads_and_says) {
    std::string many = "[";
    for (int i = 0; i < 1000; ++i)
        many += (i > 0 ? "," : "") + std::string(R"({"name":"f)") + std::to_string(i) + R"(","kind":"x"})";
    EXPECT_EQ(wrong_type(R"({"name":"a","fields":)" + many + "]}"), "fields: must have at most 50 fields.\n");
    std::string deep;
    for (int i = 0; i < 30; ++i)
        deep += "[";
    EXPECT_EQ(wrong_type(R"({"name":"a","fields":[)" + deep + std::string(30, ']') + "]}"),
              "fields[0]: must be an object.\n");
    declaration_reader r(unknown::refused);
    json::array wrong(40, json::value(json::object{{"name", "A"}, {"kind", "date"}}));
    r.fields(wrong, "fields");
    EXPECT_EQ(r.faults().size(), declaration_reader::most_faults);
}

TEST(declaration_reader, a_name_twice_is_refused) {
    EXPECT_EQ(wrong_type(R"({"name":"a","fields":[{"name":"x","kind":"date"},{"name":"x","kind":"text"}]})"),
              "fields[1].name: \"x\" is there twice.\n");
}

declarations with(std::vector<user_type> types, std::vector<std::string> shared = {}) {
    auto d = built_in_declarations();
    for (auto& t : types)
        d.types.push_back(std::move(t));
    for (auto& name : shared) {
        shared_field s;
        s.field.name = std::move(name);
        d.shared.push_back(std::move(s));
    }
    return d;
}

user_type a_type(std::string name, std::string flag, const std::vector<std::string>& fields = {}) {
    user_type t;
    t.name = std::move(name);
    t.flag = std::move(flag);
    for (const auto& f : fields) {
        t.fields.emplace_back();
        t.fields.back().name = f;
    }
    return t;
}

std::string clash(const declarations& others, const user_type& t) {
    declaration_reader r(unknown::refused);
    check_user_type(others, t, "", r);
    return faults_of(r);
}

TEST(declaration_rules, no_two_things_are_the_same_member) {
    const auto d = with({a_type("student", "is_student", {"gpa"})}, {"major"});
    EXPECT_EQ(clash(d, a_type("staff", "is_staff_member", {"gpa"})), ""); // fields of two types may be alike
    EXPECT_EQ(clash(d, a_type("STUDENT", "is_x")), "name: A user type with this name already exists.\n");
    EXPECT_EQ(clash(d, a_type("customer", "is_x")), "name: A user type with this name already exists.\n");
    EXPECT_EQ(clash(d, a_type("x", "is_student")),
              "flag: \"is_student\" is the flag of type student already.\n");
    EXPECT_EQ(clash(d, a_type("x", "student_profile")),
              "flag: \"student_profile\" is the profile of type student already.\n");
    EXPECT_EQ(clash(d, a_type("x", "major")), "flag: \"major\" is a shared field already.\n");
    EXPECT_EQ(clash(d, a_type("x", "gpa")), "flag: \"gpa\" is a field of type student already.\n");
    EXPECT_EQ(clash(d, a_type("x", "is_approved")),
              "flag: \"is_approved\" is a member that every profile has already.\n");
    EXPECT_EQ(clash(d, a_type("x", "x_profile")), "flag: is the name of the type's profile.\n");
    for (const auto* name : {"email", "id", "password", "major", "is_student", "x_profile", "is_x"})
        EXPECT_NE(clash(d, a_type("x", "is_x", {name})), "") << name;
    EXPECT_EQ(clash(with({}), a_type("staff", "is_staff")), "");
}

TEST(declaration_rules, shared_fields_give_way_to_everything_else) {
    const auto d = with({a_type("student", "is_student", {"gpa"})}, {"major"});
    const auto wrong = [&d](const std::string& name) {
        declaration_reader r(unknown::refused);
        check_shared_fields(d, with({}, {name}).shared, "fields", r);
        return !r.faults().empty();
    };
    EXPECT_FALSE(wrong("major")); // they take the place of those there are
    EXPECT_FALSE(wrong("minor"));
    for (const auto* name : {"gpa", "is_student", "student_profile", "customer_user_profile", "username"})
        EXPECT_TRUE(wrong(name)) << name;
}

TEST(declaration_rules, there_are_fifty_types_at_most) {
    std::vector<user_type> many;
    for (int i = 0; i < 49; ++i)
        many.push_back(a_type("t" + std::to_string(i), "is_t" + std::to_string(i)));
    EXPECT_EQ(clash(with(many), a_type("x", "is_x")), "");
    many.push_back(a_type("t49", "is_t49"));
    EXPECT_NE(clash(with(many), a_type("x", "is_x")), "");
}

TEST(declarations_of, keeps_what_this_version_can_read) {
    store::declared_user_types rows;
    rows.revision = 7;
    rows.types = {{"student", "is_student",
                   R"([{"name":"a","kind":"date","colour":"red"},{"name":"b","kind":"hologram"}])", "file"}};
    rows.shared = {{"major", R"({"name":"major","kind":"string"})", "api"},
                   {"later", R"({"name":"later","kind":"hologram"})", "api"}};
    const auto d = declarations_of(rows);
    EXPECT_EQ(d.revision, 7);
    ASSERT_EQ(d.types.size(), 3U);
    ASSERT_EQ(d.types[2].fields.size(), 1U);
    EXPECT_EQ(d.types[2].source, declared_by::file);
    ASSERT_EQ(d.shared.size(), 1U);
    EXPECT_EQ(shared_fields_json(d),
              R"({"fields":[{"name":"major","kind":"string","required":false,"source":"api"}]})");
}

} // namespace
} // namespace voltlane::api
