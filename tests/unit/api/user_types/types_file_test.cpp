#include "api/user_types/types_file.hpp"

#include "api/user_types/catalog.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

std::string first_fault(std::string_view yaml) {
    const auto file = parse_types_file(yaml);
    return file.faults.empty() ? "" : file.faults[0];
}

TEST(types_file, the_campus_is_what_the_contract_says) {
    const auto path =
        std::filesystem::path(__FILE__).parent_path() / "../../../../deploy/user-types.campus.yaml";
    const auto file = read_types_file(path.string());
    ASSERT_TRUE(file.faults.empty()) << file.faults[0];
    std::vector<std::string> shared;
    for (const auto& f : file.shared)
        shared.push_back(f.name);
    EXPECT_EQ(shared, (std::vector<std::string>{"university_id", "major", "academic_level", "enrollment_year",
                                                "department", "position"}));
    EXPECT_EQ(file.shared[2].choices, (std::vector<std::string>{"undergraduate", "graduate", "phd"}));
    ASSERT_EQ(file.types.size(), 2U);
    EXPECT_EQ(file.types[0].flag, "is_student");
    EXPECT_EQ(file.types[1].flag, "is_staff_member");
    EXPECT_EQ(file.types[0].fields[1].decimals, 2);
    EXPECT_EQ(file.types[1].source, declared_by::file);
}

TEST(types_file, may_be_empty) {
    for (const auto* text : {"", "# nothing\n", "types:\n", "types: []\nshared_fields: []\n", "{}"})
        EXPECT_EQ(first_fault(text), "") << text;
}

TEST(types_file, says_the_line_and_the_field) {
    EXPECT_EQ(first_fault("types:\n  - name: student\n    fields:\n      - name: gpa\n        kind: float\n"),
              "line 5: types[0].fields[0].kind: \"float\" is not a valid choice.");
    EXPECT_EQ(first_fault("types:\n  - flag: is_student\n"),
              "line 2: types[0].name: This field is required.");
    EXPECT_EQ(first_fault("types:\n  - {name: a}\n  - {name: b, flag: is_a}\n"),
              "line 3: types[1].flag: \"is_a\" is the flag of type a already.");
    EXPECT_EQ(first_fault("shared_fields:\n  - {name: email, kind: string}\n"),
              "line 2: shared_fields[0].name: \"email\" is a member that every profile has already.");
    EXPECT_EQ(first_fault("colour: red\n"), "line 1: colour: is not known here.");
    EXPECT_EQ(first_fault("types:\n  - name: a\n    name: b\n"), "line 3: types[0].name: is there twice.");
    EXPECT_EQ(first_fault("types: student\n"), "line 1: types: must be a list.");
    EXPECT_EQ(first_fault("- 1\n"), "line 1: must be an object.");
    EXPECT_TRUE(first_fault("types:\n  - [a\n").starts_with("line ")) << first_fault("types:\n  - [a\n");
}

TEST(types_file, tells_numbers_from_texts) {
    const auto choices = [](const std::string& list) {
        const auto file =
            parse_types_file("shared_fields: [{name: x, kind: choice, choices: [" + list + "]}]");
        return file.faults.empty() ? file.shared[0].choices : file.faults;
    };
    EXPECT_EQ(choices("1, \"2\", a b, '~', 1.5"), (std::vector<std::string>{"1", "2", "a b", "~", "1.5"}));
    EXPECT_EQ(choices("true"),
              std::vector<std::string>{"line 1: shared_fields[0].choices[0]: Not a valid string."});
}

TEST(types_file, survives_hostile_files) {
    EXPECT_EQ(first_fault(std::string(1024 * 1024 + 1, ' ')), "the file is larger than 1 MiB");
    EXPECT_EQ(first_fault("\xff\xfe"), "the file is not UTF-8 text");
    EXPECT_EQ(first_fault("types: " + std::string(20, '[') + std::string(20, ']')).substr(0, 14),
              "line 1: types[");
    // Each level is the one before it nine times.
    std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 9; ++i) {
        const auto last = std::to_string(i - 1), now = std::to_string(i);
        bomb += "a" + now + ": &a" + now + " [";
        for (int k = 0; k < 9; ++k)
            bomb += (k > 0 ? ",*a" : "*a") + last;
        bomb += "]\n";
    }
    EXPECT_NE(first_fault(bomb).find("there is too much in this file."), std::string::npos);
    EXPECT_EQ(read_types_file("/nonexistent/file").faults, std::vector<std::string>{"cannot be read"});
}

TEST(user_type_catalog, an_older_revision_does_not_take_the_place_of_a_newer_one) {
    user_type_catalog catalog;
    EXPECT_FALSE(catalog.loaded());
    EXPECT_EQ(catalog.snapshot()->types.size(), 2U);
    auto d = built_in_declarations();
    catalog.set(d); // revision 0: what an untouched database has
    EXPECT_TRUE(catalog.loaded());
    d.revision = 5;
    d.types.push_back({"student", "is_student", {}, declared_by::api});
    catalog.set(d);
    const auto held = catalog.snapshot();
    catalog.set(built_in_declarations());
    EXPECT_EQ(catalog.snapshot(), held);
    EXPECT_NE(held->find("student"), nullptr);
    EXPECT_EQ(held->find("Student"), nullptr);
}

} // namespace
} // namespace voltlane::api
