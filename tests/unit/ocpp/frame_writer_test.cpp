#include "shared/ocpp/frame_writer.hpp"

#include "shared/ocpp/frame.hpp"

#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::ocpp {
namespace {

TEST(frame_writer, appends_frames) {
    std::string out = "x";
    append_call(out, "a\"b", "Reset", R"({"type":"Soft"})");
    EXPECT_EQ(out, R"(x[2,"a\"b","Reset",{"type":"Soft"}])");
    out.clear();
    append_call_result(out, R"("\u0061")", "{}");
    EXPECT_EQ(out, R"([3,"\u0061",{}])");
    out.clear();
    append_call_error(out, "\"1\"", call_error_code::occurence_constraint_violation, "idTag: \"missing\"");
    EXPECT_EQ(out, R"([4,"1","OccurenceConstraintViolation","idTag: \"missing\"",{}])");
}

TEST(frame_writer, makes_valid_errors_of_any_description) {
    for (const std::string& text : {std::string("\xC3\x28\xED\xA0\x80\xFF"), std::string(5, '\0'),
                                    std::string(100000, '"'), std::string("\n\r\x1f\x7f")}) {
        std::string out;
        append_call_error(out, "\"1\"", call_error_code::formation_violation, text);
        const auto parsed = boost::json::parse(out);
        EXPECT_EQ(parsed.as_array().size(), 5u);
        EXPECT_LE(out.size(), 2000u);
    }
}

TEST(frame_writer, cuts_descriptions_between_characters) {
    std::string text;
    for (int i = 0; i < 300; ++i)
        text += "\xC3\xA9";
    std::string out;
    append_call_error(out, "\"1\"", call_error_code::generic_error, text);
    EXPECT_EQ(boost::json::parse(out).as_array()[3].as_string().size(), 2 * max_description_characters);
}

TEST(frame_writer, is_understood_by_the_parser) {
    std::string out;
    append_call(out, "id-\xC3\xA9\n", "Reset", "{}");
    frame_parser parser;
    const auto f = parser.parse(out);
    ASSERT_EQ(f.kind, frame_kind::call);
    EXPECT_EQ(f.message_id, "id-\xC3\xA9\n");
    EXPECT_EQ(f.action, "Reset");
}

} // namespace
} // namespace voltlane::ocpp
