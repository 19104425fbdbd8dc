#include "api/csv.hpp"

#include <gtest/gtest.h>

namespace voltlane::api::csv {
namespace {

using cells = std::vector<std::string>;

std::vector<record> read_all(std::string_view text) {
    std::vector<record> all;
    for (reader in(text, 4); auto r = in.next();)
        all.push_back(std::move(*r));
    return all;
}

std::string line_of(const cells& row) {
    writer out;
    for (const auto& c : row)
        out.text(c);
    out.end_row();
    return out.take();
}

TEST(csv, cells_are_quoted_where_they_must_be) {
    EXPECT_EQ(line_of({"a", "", "b c", "1;2"}), "a,,b c,1;2\r\n");
    EXPECT_EQ(line_of({"a,b", "say \"hi\"", "two\nlines", "CR\r"}),
              "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"CR\r\"\r\n");
    writer out;
    out.plain("-5").optional_text(std::nullopt).optional_text("=1").end_row();
    out.plain("x").end_row();
    EXPECT_EQ(out.take(), "-5,,'=1\r\nx\r\n");
}

TEST(csv, no_cell_is_a_formula) {
    for (const std::string formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''+1"}) {
        const auto shown = guarded(formula);
        EXPECT_EQ(shown.front(), '\'') << formula;
        EXPECT_EQ(unguarded(shown), formula);
    }
    for (const std::string harmless : {"", "a=1", "1-2", "'", "it's", "'quoted'", " =1"}) {
        EXPECT_EQ(guarded(harmless), harmless);
        EXPECT_EQ(unguarded(harmless), harmless);
    }
}

TEST(csv, reads_what_it_writes) {
    const std::vector<cells> rows{
        {"a", "b"}, {"", ""}, {"\"", ",\r\n\""}, {"=cmd", "'=cmd"}, {"äöü", "\xF0\x9F\x94\x8C"}};
    std::string text;
    for (const auto& r : rows)
        text += line_of(r);
    const auto back = read_all(text);
    ASSERT_EQ(back.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        cells plain;
        for (const auto& c : back[i].cells)
            plain.push_back(unguarded(c));
        EXPECT_EQ(plain, rows[i]);
        EXPECT_EQ(back[i].wrong, "");
    }
}

TEST(csv, lines_end_in_every_way_and_count_as_an_editor_counts_them) {
    const auto all = read_all("\xEF\xBB\xBFid,x\r\n1,\"two\r\nlines\"\n\n\r\n2,b\r3,c");
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].cells, (cells{"id", "x"}));
    EXPECT_EQ(all[1].cells, (cells{"1", "two\r\nlines"}));
    EXPECT_EQ(all[1].line, 2U);
    EXPECT_EQ(all[2].cells, (cells{"2", "b"}));
    EXPECT_EQ(all[2].line, 6U) << "a quoted line break and two empty lines before it";
    EXPECT_EQ(all[3].line, 7U);
    EXPECT_EQ(all[3].cells, (cells{"3", "c"}));
}

TEST(csv, empty_cells_are_cells) {
    const auto all = read_all(",\n\"\",\"\"\na,\n");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].cells, (cells{"", ""}));
    EXPECT_EQ(all[1].cells, (cells{"", ""}));
    EXPECT_EQ(all[2].cells, (cells{"a", ""}));
    EXPECT_TRUE(read_all("").empty());
    EXPECT_TRUE(read_all("\n\r\n\r").empty());
    EXPECT_TRUE(read_all("\xEF\xBB\xBF").empty());
}

TEST(csv, a_broken_record_does_not_take_the_others_with_it) {
    const auto all = read_all("a,b\n\"x\"y,z\nc\"d,e\nf,g\n\"never closed,\nh,i\n");
    ASSERT_EQ(all.size(), 5U);
    EXPECT_NE(all[1].wrong, "");
    EXPECT_NE(all[2].wrong, "");
    EXPECT_EQ(all[3].cells, (cells{"f", "g"}));
    EXPECT_EQ(all[4].line, 5U);
    EXPECT_NE(all[4].wrong, "");
}

TEST(csv, a_record_has_a_bound_on_cells) {
    const auto all = read_all("1,2,3,4\n1,2,3,4,\n,,,,,,,,\"x\",\na,b\n" + std::string(1'000'000, ','));
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].wrong, "");
    EXPECT_EQ(all[1].wrong, too_many_cells);
    EXPECT_EQ(all[2].wrong, too_many_cells);
    EXPECT_EQ(all[3].cells, (cells{"a", "b"}));
    EXPECT_EQ(all[4].wrong, too_many_cells);
    EXPECT_EQ(all[4].cells.size(), 4U) << "the others were never made";
}

TEST(csv, any_bytes_come_to_an_end) {
    const std::string_view alphabet("a,\"\r\n'", 6);
    for (std::size_t number = 0; number < 6 * 6 * 6 * 6 * 6; ++number) {
        std::string text;
        for (std::size_t rest = number, i = 0; i < 5; ++i, rest /= 6)
            text += alphabet[rest % 6];
        std::size_t last = 0;
        for (const auto& r : read_all(text)) {
            EXPECT_GT(r.line, last) << number;
            EXPECT_TRUE(!r.cells.empty() || !r.wrong.empty()) << number;
            last = r.line;
        }
    }
}

} // namespace
} // namespace voltlane::api::csv
