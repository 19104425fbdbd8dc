#include "api/routes/id_tag_report.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using enum store::line_outcome;

id_tag_file file_of(std::size_t right, std::size_t wrong) {
    std::string text = "id_tag,status\n";
    for (std::size_t i = 0; i < right; ++i)
        text += "T" + std::to_string(i) + ",\n";
    for (std::size_t i = 0; i < wrong; ++i)
        text += "W,Lost\n";
    return read_id_tag_file(text);
}

std::size_t count(std::string_view in, std::string_view what) {
    std::size_t n = 0;
    for (auto at = in.find(what); at != std::string_view::npos; at = in.find(what, at + 1))
        ++n;
    return n;
}

TEST(id_tag_report, names_each_line_with_what_was_wrong) {
    EXPECT_EQ(import_report(file_of(4, 1), {created, unknown_email, updated, no_room}, true),
              R"({"created":1,"updated":1,"unchanged":0,"dry_run":true,"errors":[)"
              R"({"line":3,"field":"user_email","message":"No user has this e-mail address."},)"
              R"({"line":5,"field":"id_tag","message":"A tenant has no more than 100000 id tags."},)"
              R"({"line":6,"field":"status","message":"\"Lost\" is not a valid choice."}],"more_errors":0})");
}

TEST(id_tag_report, has_a_bound_whoever_found_the_faults) {
    for (const auto& [right, wrong] : {std::pair{20'000UL, 0UL}, {150UL, 150UL}, {30UL, 1000UL}}) {
        const auto report = import_report(file_of(right, wrong), std::vector(right, no_room), false);
        EXPECT_EQ(count(report, "\"line\""), most_import_faults);
        EXPECT_LT(report.size(), 16'000U);
        EXPECT_NE(report.find("\"line\":2,"), std::string::npos) << "the first line is among them";
        const auto more = "\"more_errors\":" + std::to_string(right + wrong - most_import_faults) + "}";
        EXPECT_TRUE(report.ends_with(more)) << more;
    }
}

} // namespace
} // namespace voltlane::api
