#include "shared/ocpp/frame.hpp"

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::ocpp {
namespace {

using enum frame_kind;

std::string repeat(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

std::string nested_payload(std::size_t objects) {
    return repeat("{\"a\":", objects) + "1" + repeat("}", objects);
}

struct classified {
    std::string text;
    frame_kind kind;
    std::string id_literal;
    call_error_code code = call_error_code::formation_violation; // refused_call only
};

class frame_classes : public testing::TestWithParam<classified> {};

TEST_P(frame_classes, are_decided_by_the_table) {
    const auto& want = GetParam();
    frame_parser parser;
    const auto f = parser.parse(want.text);
    EXPECT_EQ(f.kind, want.kind) << want.text.substr(0, 200);
    EXPECT_EQ(f.id_literal, want.id_literal) << want.text.substr(0, 200);
    if (want.kind == refused_call) {
        EXPECT_EQ(to_string(f.code), to_string(want.code)) << want.text.substr(0, 200);
        EXPECT_FALSE(f.description.empty());
    }
    if (want.kind == dropped || want.kind == broken_answer) {
        EXPECT_FALSE(f.description.empty());
    }
    if (want.kind == call || want.kind == call_result || want.kind == call_error) {
        ASSERT_NE(f.payload, nullptr);
    }
    if (want.kind == call || want.kind == call_result) {
        EXPECT_TRUE(boost::json::parse(f.payload_text).is_object());
    }
}

// Names are those of the fuzz classes C (frames) and D (JSON).
INSTANTIATE_TEST_SUITE_P(C1_no_array, frame_classes,
                         testing::Values(classified{"", empty, ""}, classified{" \r\n\t", empty, ""},
                                         classified{"null", dropped, ""}, classified{"1", dropped, ""},
                                         classified{"\"x\"", dropped, ""}, classified{"{}", dropped, ""},
                                         classified{"[]", dropped, ""}, classified{"[", dropped, ""},
                                         classified{"]", dropped, ""}, classified{"[[]]", dropped, ""},
                                         classified{"{[2,\"a\",\"Heartbeat\",{}]}", dropped, ""},
                                         classified{"\xEF\xBB\xBF", dropped, ""},
                                         classified{std::string(5, '\0'), dropped, ""}));

INSTANTIATE_TEST_SUITE_P(
    C2_truncated, frame_classes,
    testing::Values(classified{"[2,\"id1\",\"BootNotification\",{]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"BootNotification\",{", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"BootNotif", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",", refused_call, "\"id1\""},
                    classified{"[2,\"id1\"", refused_call, "\"id1\""}, classified{"[2,\"id1", dropped, ""},
                    classified{"[2,\"id1\\", dropped, ""}, classified{"[2,", dropped, ""},
                    classified{"[2", dropped, ""},
                    classified{"[3,\"id1\",{\"a\":", broken_answer, "\"id1\""}));

INSTANTIATE_TEST_SUITE_P(
    C3_element_count, frame_classes,
    testing::Values(classified{"[2]", dropped, ""}, classified{"[2,\"id1\"]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\"]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",{},{}]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",{},]", refused_call, "\"id1\""}));

INSTANTIATE_TEST_SUITE_P(
    C4_message_type, frame_classes,
    testing::Values(classified{"[\"2\",\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2.0,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2.5,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[20,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[-1,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[99,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[1e400,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[null,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[true,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[0,\"id1\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[5,\"id1\",{}]", dropped, ""},
                    classified{"[6,\"id1\",\"NotifyPeriodicEventStream\",{}]", dropped, ""},
                    classified{" [ 2 , \"id1\" , \"Heartbeat\" , { } ] ", call, "\"id1\""}));

INSTANTIATE_TEST_SUITE_P(
    C5_message_id, frame_classes,
    testing::Values(classified{"[2,12345,\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,null,\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,{},\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,[\"a\"],\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"" + std::string(37, 'x') + "\",\"Heartbeat\",{}]", call,
                               '"' + std::string(37, 'x') + '"'},
                    classified{"[2,\"" + std::string(255, 'x') + "\",\"Heartbeat\",{}]", call,
                               '"' + std::string(255, 'x') + '"'},
                    classified{"[2,\"" + std::string(256, 'x') + "\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"" + std::string(10000, 'x') + "\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"a\\u0000b\",\"Heartbeat\",{}]", call, "\"a\\u0000b\""},
                    classified{"[2,\"a\\nb\",\"Heartbeat\",{}]", call, "\"a\\nb\""},
                    classified{"[2,\"a\\\"b\\\\\",\"Heartbeat\",{}]", call, "\"a\\\"b\\\\\""},
                    classified{"[2,\"\\ud83d\\ude00\",\"Heartbeat\",{}]", call, "\"\\ud83d\\ude00\""},
                    classified{"[2,\"\\ud800\",\"Heartbeat\",{}]", call, "\"\\ud800\""},
                    classified{"[2,\"caf\xC3\xA9\",\"Heartbeat\",{}]", call, "\"caf\xC3\xA9\""},
                    classified{"[2,\"a\nb\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"\\x\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"\xC3\x28\",\"Heartbeat\",{}]", dropped, ""},
                    classified{"[2,\"\xED\xA0\x80\",\"Heartbeat\",{}]", dropped, ""}));

INSTANTIATE_TEST_SUITE_P(
    C6_action, frame_classes,
    testing::Values(
        classified{"[2,\"id1\",5,{}]", refused_call, "\"id1\"", call_error_code::not_implemented},
        classified{"[2,\"id1\",null,{}]", refused_call, "\"id1\"", call_error_code::not_implemented},
        classified{"[2,\"id1\",[],{}]", refused_call, "\"id1\"", call_error_code::not_implemented},
        classified{"[2,\"id1\",5]", refused_call, "\"id1\""},
        classified{"[2,\"id1\",5,{}", refused_call, "\"id1\""},
        classified{"[2,\"id1\",\"\\x\",{}]", refused_call, "\"id1\""},
        classified{"[2,\"id1\",\"\",{}]", call, "\"id1\""},
        classified{"[2,\"id1\",\"__proto__\",{}]", call, "\"id1\""},
        classified{"[2,\"id1\",\"" + std::string(20000, 'A') + "\",{}]", call, "\"id1\""}));

INSTANTIATE_TEST_SUITE_P(
    C7_payload, frame_classes,
    testing::Values(classified{"[2,\"id1\",\"Heartbeat\",\"x\"]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",[]]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",5]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",true]", refused_call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\",null]", call, "\"id1\""},
                    classified{"[2,\"id1\",\"Heartbeat\", null ]", call, "\"id1\""}));

INSTANTIATE_TEST_SUITE_P(
    C9_answers, frame_classes,
    testing::Values(classified{"[3,\"id1\",{}]", call_result, "\"id1\""},
                    classified{"[3,\"id1\",null]", call_result, "\"id1\""},
                    classified{"[3,\"id1\",\"notobject\"]", broken_answer, "\"id1\""},
                    classified{"[3,\"id1\"]", broken_answer, "\"id1\""},
                    classified{"[3,\"id1\",{},{}]", broken_answer, "\"id1\""}, classified{"[3]", dropped, ""},
                    classified{"[3,7,{}]", dropped, ""}, classified{"[4,\"id1\"]", broken_answer, "\"id1\""},
                    classified{"[4,\"id1\",\"Foo\"]", call_error, "\"id1\""},
                    classified{"[4,\"id1\",5,6,7]", broken_answer, "\"id1\""},
                    classified{"[4,\"id1\",\"MadeUpCode\",\"\",null]", call_error, "\"id1\""},
                    classified{"[4,\"id1\",\"GenericError\",\"\",{},{}]", call_error, "\"id1\""},
                    classified{"[4,\"id1\",\"GenericError\",\"", broken_answer, "\"id1\""},
                    classified{"[4]", dropped, ""}));

INSTANTIATE_TEST_SUITE_P(
    D1_depth, frame_classes,
    testing::Values(
        classified{"[2,\"id1\",\"DataTransfer\"," + nested_payload(max_depth - 1) + "]", call, "\"id1\""},
        classified{"[2,\"id1\",\"DataTransfer\"," + nested_payload(max_depth) + "]", refused_call, "\"id1\""},
        classified{"[2,\"id1\",\"DataTransfer\"," + nested_payload(100000) + "]", refused_call, "\"id1\""},
        classified{"[2,\"id1\",\"DataTransfer\"," + repeat("[", 100000), refused_call, "\"id1\""},
        classified{"[2,\"id1\"," + repeat("[", 100000), refused_call, "\"id1\""},
        classified{repeat("[", 100000), dropped, ""}));

INSTANTIATE_TEST_SUITE_P(D4_numbers, frame_classes,
                         testing::Values(classified{"[2,\"i\",\"A\",{\"a\":01}]", refused_call, "\"i\""},
                                         classified{"[2,\"i\",\"A\",{\"a\":+1}]", refused_call, "\"i\""},
                                         classified{"[2,\"i\",\"A\",{\"a\":0x10}]", refused_call, "\"i\""},
                                         classified{"[2,\"i\",\"A\",{\"a\":NaN}]", refused_call, "\"i\""},
                                         classified{"[2,\"i\",\"A\",{\"a\":Infinity}]", refused_call,
                                                    "\"i\""},
                                         classified{"[2,\"i\",\"A\",{\"a\":1E400}]", call, "\"i\""},
                                         classified{"[2,\"i\",\"A\",{\"a\":-0}]", call, "\"i\""}));

INSTANTIATE_TEST_SUITE_P(
    D5_D6_text, frame_classes,
    testing::Values(
        classified{"\xEF\xBB\xBF[2,\"i\",\"A\",{}]", call, "\"i\""},
        classified{"[2,\"i\",\"A\",{\"a\":\"\\x\"}]", refused_call, "\"i\""},
        classified{"[2,\"i\",\"A\",{\"a\":\"\xC0\xAF\"}]", refused_call, "\"i\""},
        classified{"[2,\"i\",\"A\",{\"a\":\"\n\"}]", refused_call, "\"i\""},
        classified{"[2,\"i\",\"A\",{}]x", refused_call, "\"i\""},
        classified{"[2,\"i\",\"A\",{}][2,\"j\",\"A\",{}]", refused_call, "\"i\""},
        classified{"[2,\"i\",\"A\",{}/*c*/]", refused_call, "\"i\""},
        classified{"[2,\"i\",\"A\",{'a':1}]", refused_call, "\"i\""},
        classified{"[2,'i',\"A\",{}]", dropped, ""},
        classified{"[2,\"i\",\"A\",{\"a\":1,}]", refused_call, "\"i\""},
        // field-notes 13
        classified{"[2,\"i\",\"MeterValues\",{\"meterValue\":[{\"sampledValue\":[,{\"value\":\"1\"}]}]}]",
                   refused_call, "\"i\""}));

TEST(frame_parser, gives_the_payload_verbatim) {
    frame_parser parser;
    const std::string text =
        "[2,\"id1\",\"StatusNotification\" ,\t{ \"connectorId\" : 1.0, \"x\":\"]}\\\"\\u00e9\" } ]";
    const auto f = parser.parse(text);
    ASSERT_EQ(f.kind, call);
    EXPECT_EQ(f.action, "StatusNotification");
    EXPECT_EQ(f.message_id, "id1");
    EXPECT_EQ(f.payload_text, "{ \"connectorId\" : 1.0, \"x\":\"]}\\\"\\u00e9\" }");
    EXPECT_GE(f.payload_text.data(), text.data());
    EXPECT_LT(f.payload_text.data(), text.data() + text.size());
    EXPECT_EQ(f.payload->at("x").as_string(), "]}\"\xC3\xA9");
}

TEST(frame_parser, takes_null_as_an_empty_object) {
    frame_parser parser;
    const auto f = parser.parse("[2,\"id1\",\"Heartbeat\",null]");
    EXPECT_EQ(f.payload_text, "{}");
    EXPECT_TRUE(f.repairs.null_payload);
    EXPECT_TRUE(f.payload->empty());
}

TEST(frame_parser, unescapes_ids_for_matching_and_keeps_them_for_echoing) {
    frame_parser parser;
    const auto f = parser.parse(R"([3,"\u0061\/b",{}])");
    EXPECT_EQ(f.message_id, "a/b");
    EXPECT_EQ(f.id_literal, R"("\u0061\/b")");
}

struct repair_case {
    std::string payload;
    std::string repaired;
    bool surrogate;
    bool nul;
};

TEST(frame_parser, makes_nul_and_lone_surrogates_harmless) {
    const std::vector<repair_case> cases{
        {R"({"a":"x\u0000y"})", R"({"a":"x\ufffdy"})", false, true},
        {R"({"a":"\ud800"})", R"({"a":"\ufffd"})", true, false},
        {R"({"a":"\uDC00\uD800"})", R"({"a":"\ufffd\ufffd"})", true, false},
        {R"({"a":"\ud83d\ud83d\ude00"})", R"({"a":"\ufffd\ud83d\ude00"})", true, false},
        {R"({"\u0000":"\uD83D\uDE00"})", R"({"\ufffd":"\uD83D\uDE00"})", false, true},
        {R"({"a":"\\u0000"})", R"({"a":"\\u0000"})", false, false},
        {R"({"a":"\\\u0000"})", R"({"a":"\\\ufffd"})", false, true},
        {R"({"a":"\ud83d\ude00"})", R"({"a":"\ud83d\ude00"})", false, false},
        {R"({"a":"\ud800\n"})", R"({"a":"\ufffd\n"})", true, false},
    };
    frame_parser parser;
    for (const auto& c : cases) {
        const auto text = "[2,\"i\",\"A\"," + c.payload + "]";
        const auto f = parser.parse(text);
        ASSERT_EQ(f.kind, call) << c.payload;
        EXPECT_EQ(f.payload_text, c.repaired);
        EXPECT_EQ(f.repairs.lone_surrogate, c.surrogate) << c.payload;
        EXPECT_EQ(f.repairs.nul_character, c.nul) << c.payload;
    }
}

TEST(frame_parser, lets_the_last_of_repeated_members_count) {
    frame_parser parser;
    const auto f = parser.parse(R"([2,"i","A",{"connectorId":1,"connectorId":2}])");
    EXPECT_EQ(f.payload->at("connectorId").as_int64(), 2);
}

TEST(frame_parser, reads_call_errors) {
    frame_parser parser;
    auto f = parser.parse(R"([4,"id1","OccurrenceConstraintViolation","what",{"a":1}])");
    ASSERT_EQ(f.kind, call_error);
    EXPECT_EQ(f.code, call_error_code::occurence_constraint_violation);
    EXPECT_EQ(f.error_text, "OccurrenceConstraintViolation");
    EXPECT_EQ(f.description, "what");
    EXPECT_EQ(f.payload->at("a").as_int64(), 1);
    f = parser.parse(R"([4,"id1","MadeUpCode",5,null])");
    EXPECT_EQ(f.code, call_error_code::generic_error);
    EXPECT_EQ(f.error_text, "MadeUpCode");
    EXPECT_EQ(f.description, "");
    EXPECT_TRUE(f.payload->empty());
}

TEST(frame_parser, serves_on_after_any_input) {
    frame_parser parser;
    const std::string good =
        R"([2,"id1","BootNotification",{"chargePointVendor":"v","chargePointModel":"m"}])";
    for (std::size_t cut = 0; cut <= good.size(); ++cut) {
        const auto part = parser.parse(std::string_view(good).substr(0, cut));
        EXPECT_EQ(part.kind == call, cut == good.size());
        for (const char junk : {'\0', '"', '\\', '[', ']', '{', '}', ',', '\xFF'}) {
            auto text = good;
            if (cut < text.size()) text[cut] = junk;
            parser.parse(text);
        }
        ASSERT_EQ(parser.parse(good).kind, call);
    }
    EXPECT_EQ(parser.parse("[2,\"i\",\"A\",{\"a\":[" + repeat("\"\",", 100000) + "\"\"]}]").kind, call); // D2
    EXPECT_EQ(parser.parse("[2,\"i\",\"A\"," + std::string(1 << 20, ' ') + "{}]").payload_text, "{}");   // D7
    EXPECT_EQ(parser.parse(good).payload->size(), 2u);
}

// A resource that is released instead of made anew doubles its next block each time: 2^40 bytes by the 30th.
TEST(frame_parser, takes_no_more_memory_for_the_hundredth_large_frame) {
    frame_parser parser;
    const auto text =
        "[2,\"i\",\"A\",{\"a\":[" + repeat("\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\",", 2000) + "\"\"]}]";
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(parser.parse(text).kind, call);
        ASSERT_EQ(parser.parse(std::string_view(text).substr(0, text.size() - 3)).kind, refused_call);
    }
}

TEST(call_error_code, has_the_standards_spellings) {
    EXPECT_EQ(to_string(call_error_code::occurence_constraint_violation), "OccurenceConstraintViolation");
    EXPECT_EQ(to_string(call_error_code::formation_violation), "FormationViolation");
    for (int i = 0; i <= static_cast<int>(call_error_code::generic_error); ++i) {
        const auto code = static_cast<call_error_code>(i);
        EXPECT_EQ(parse_call_error_code(to_string(code)), code);
    }
    EXPECT_EQ(parse_call_error_code("FormatViolation"), call_error_code::formation_violation);
    EXPECT_EQ(parse_call_error_code(""), call_error_code::generic_error);
}

} // namespace
} // namespace voltlane::ocpp
