#include "api/routes/id_tag_csv.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

std::string errors_of(const id_tag_file& f) {
    std::string all;
    for (const auto& e : f.errors)
        all += std::to_string(e.line) + " " + e.field + "; ";
    return all;
}

TEST(id_tag_csv, reads_every_column_in_any_order) {
    const auto f = read_id_tag_file("\xEF\xBB\xBFStatus, id_tag ,expiry_date,user_email,parent_id_tag\r\n"
                                    "blocked, Tag1 ,2026-12-31T23:59:59+01:00,a@example.com,'=P\r\n"
                                    ",tag2,2027-01-01,,\r\n");
    ASSERT_TRUE(f.refused.empty());
    EXPECT_EQ(errors_of(f), "");
    ASSERT_EQ(f.lines.size(), 2U);
    EXPECT_EQ(f.lines[0].id_tag, "Tag1");
    EXPECT_EQ(f.lines[0].folded, "tag1");
    EXPECT_EQ(f.lines[0].status, "Blocked");
    EXPECT_EQ(f.lines[0].email, std::optional(std::string("a@example.com")));
    EXPECT_EQ(f.lines[0].parent, std::optional(std::string("=P")));
    EXPECT_EQ(format_seconds(**f.lines[0].expiry), "2026-12-31T22:59:59Z");
    EXPECT_EQ(f.lines[1].status, std::nullopt) << "an empty status leaves it alone";
    EXPECT_TRUE(f.lines[1].email) << "an empty e-mail takes the account away";
    EXPECT_FALSE(*f.lines[1].email);
    EXPECT_EQ(format_seconds(**f.lines[1].expiry), "2027-01-01T00:00:00Z");
    EXPECT_EQ(f.numbers, (std::vector<std::size_t>{2, 3}));
}

TEST(id_tag_csv, a_column_that_is_not_there_changes_nothing) {
    const auto f = read_id_tag_file("id_tag\nA\n");
    ASSERT_EQ(f.lines.size(), 1U);
    EXPECT_FALSE(f.lines[0].status || f.lines[0].email || f.lines[0].expiry || f.lines[0].parent);
}

TEST(id_tag_csv, says_what_is_wrong_in_which_line) {
    const auto f = read_id_tag_file("id_tag,status,expiry_date\n"
                                    "A,Accepted,\n"                                     // 2
                                    ",Accepted,\n"                                      // 3
                                    "B,Lost,yesterday\n"                                // 4, twice
                                    "a,Blocked,\n"                                      // 5: stands in line 2
                                    "C,Accepted\n"                                      // 6
                                    "\"D\nD\",Accepted,\n"                              // 7 and 8
                                    "E,\"Accepted\"x,\n"                                // 9
                                    "0123456789012345678901234567890123456,Accepted,\n" // 10
                                    "F,Accepted,\n");                                   // 11
    EXPECT_EQ(errors_of(f),
              "3 id_tag; 4 status; 4 expiry_date; 5 id_tag; 6 non_field_errors; 9 non_field_errors; "
              "10 id_tag; ");
    EXPECT_EQ(f.numbers, (std::vector<std::size_t>{2, 7, 11}));
}

TEST(id_tag_csv, refuses_files_that_are_none) {
    const auto refused = [](std::string_view text) {
        const auto f = read_id_tag_file(text);
        return f.refused.empty() ? std::string() : f.refused.begin()->first;
    };
    EXPECT_EQ(refused(""), non_field);
    EXPECT_EQ(refused("\n\n"), non_field);
    EXPECT_EQ(refused("status\nAccepted\n"), "id_tag");
    EXPECT_EQ(refused("id_tag,colour\nA,red\n"), non_field);
    EXPECT_EQ(refused("id_tag,ID_TAG\nA,B\n"), "id_tag");
    EXPECT_EQ(refused("\"id_tag\nA\n"), non_field);
    EXPECT_EQ(refused("id_tag\n\xFF\n"), non_field);
    EXPECT_EQ(refused(std::string_view("id_tag\nA\0B\n", 11)), non_field);
    EXPECT_EQ(refused("id_tag;status\nA;B\n"), non_field) << "only commas separate";
    EXPECT_EQ(refused("id_tag\nA\n"), "");
}

TEST(id_tag_csv, has_a_bound_on_lines) {
    std::string text = "id_tag\n";
    for (std::size_t i = 0; i < most_import_lines; ++i)
        text += std::to_string(i) + "\n";
    EXPECT_EQ(read_id_tag_file(text).lines.size(), most_import_lines);
    const auto f = read_id_tag_file(text + "one more\n");
    EXPECT_FALSE(f.refused.empty());
}

TEST(id_tag_csv, has_a_bound_on_columns) {
    const auto messages = [](const std::string& text) {
        const auto f = read_id_tag_file(text);
        EXPECT_EQ(f.refused.size(), 1U);
        return f.refused.at(std::string(non_field));
    };
    EXPECT_EQ(messages(std::string(1'000'000, ',')),
              std::vector<std::string>{"The file has more than 16 columns."});
    EXPECT_EQ(messages("id_tag" + std::string(most_import_columns, ',')).size(), 1U);
    EXPECT_EQ(messages("id_tag" + std::string(most_import_columns - 1, ',')).size(), 15U) << "each named";
    const auto f = read_id_tag_file("id_tag\n" + std::string(1'000'000, ',') + "\nA\n");
    EXPECT_EQ(errors_of(f), "2 non_field_errors; ");
    EXPECT_EQ(f.lines.size(), 1U);
}

TEST(id_tag_csv, tells_of_the_first_faults_and_counts_the_others) {
    std::string text = "id_tag,status\n";
    for (int i = 0; i < 150; ++i)
        text += std::to_string(i) + ",Lost\n";
    const auto f = read_id_tag_file(text + "good,Blocked\n");
    EXPECT_EQ(f.errors.size(), most_import_faults);
    EXPECT_EQ(f.errors.back().line, most_import_faults + 1);
    EXPECT_EQ(f.faults, 150U);
    EXPECT_EQ(f.numbers, std::vector<std::size_t>{152}) << "wrong lines are no right ones for that";
}

TEST(id_tag_csv, repeats_a_hundred_characters_and_no_half_one) {
    std::string umlauts;
    for (int i = 0; i < 200; ++i)
        umlauts += "\u00e4";
    const auto column = read_id_tag_file("x" + umlauts + "\n").refused.at(std::string(non_field)).at(0);
    EXPECT_EQ(column, "Unknown column \"x" + umlauts.substr(0, 198) + "\".");
    const auto f = read_id_tag_file("id_tag,status\nA,x" + umlauts + "\n");
    ASSERT_EQ(f.errors.size(), 1U);
    EXPECT_EQ(f.errors[0].message, "\"x" + umlauts.substr(0, 198) + "\" is not a valid choice.");
}

TEST(id_tag_csv, an_export_is_an_import) {
    store::id_tag_row row;
    row.id = 7;
    row.id_tag = "=A,\"1\"";
    row.status = "Blocked";
    row.user_email = "+a@example.com";
    row.user_name = "anna";
    row.expiry = parse_rfc3339("2026-12-31T23:59:59.250Z");
    const auto f =
        read_id_tag_file(id_tag_csv_header() + id_tag_csv({row, store::id_tag_row{.id_tag = "B"}}));
    EXPECT_TRUE(f.refused.empty());
    EXPECT_EQ(errors_of(f), "");
    ASSERT_EQ(f.lines.size(), 2U);
    EXPECT_EQ(f.lines[0].id_tag, row.id_tag);
    EXPECT_EQ(f.lines[0].status, row.status);
    EXPECT_EQ(*f.lines[0].email, row.user_email);
    EXPECT_EQ(*f.lines[0].expiry, row.expiry);
    EXPECT_EQ(*f.lines[0].parent, std::nullopt);
    EXPECT_EQ(f.lines[1].status, "Accepted");
}

} // namespace
} // namespace voltlane::api
