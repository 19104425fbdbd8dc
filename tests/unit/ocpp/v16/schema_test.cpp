#include "shared/ocpp/v16/schema.hpp"

#include "shared/ocpp/v16/tables/members.hpp"
#include "unit/ocpp/v16/support.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp::v16 {
namespace {

using namespace testing_support;
namespace t = tables;

constexpr std::string_view colours[] = {"Red", "Green"};
constexpr member inner_members[] = {t::integer("n").need(), t::text("s", 3)};
constexpr schema inner{inner_members};
constexpr member outer_members[] = {
    t::text("text", 3).need(),
    t::integer("whole").at_least(0),
    t::decimal("limit"),
    t::boolean("flag"),
    t::date_time("when"),
    t::uri("where"),
    t::choice("colour", colours),
    t::object("inner", inner),
    t::list("inners", inner).items(1),
    t::texts("words", 2),
    t::text("long", 1).let(tolerance::long_text),
    t::choice("open", colours).let(tolerance::unknown_choice),
    t::date_time("loose").let(tolerance::bad_time),
    t::integer("spelled").let(tolerance::number_text),
    t::integer("any").need().let(tolerance::all),
    t::anything("anything"),
};
constexpr schema outer{outer_members};

struct checked {
    std::string payload; // members behind "text"
    std::string code;    // empty: ok
    std::string path;
    std::string quirks{};
};

TEST(schema, is_checked_by_the_table) {
    const std::string missing = "OccurenceConstraintViolation";
    const std::string type = "TypeConstraintViolation";
    const std::string property = "PropertyConstraintViolation";
    const std::vector<checked> cases{
        {R"("text":"abc")", "", ""},
        {R"("whole":1)", missing, "text"},
        {R"("text":null)", missing, "text"},
        {R"("text":1)", type, "text"},
        {R"("text":"abcd")", property, "text"},
        {R"("text":"\u00e9\u00e9\ud83d\ude00")", "", ""},
        {R"("text":"","unknown":{"a":[1]},"__proto__":1)", "", ""},
        {R"("text":"","whole":null,"inner":null)", "", ""},
        {R"("text":"","whole":0)", "", ""},
        {R"("text":"","whole":-0)", "", ""},
        {R"("text":"","whole":1.0)", "", ""},
        {R"("text":"","whole":1e2)", "", ""},
        {R"("text":"","whole":9007199254740993)", "", ""},
        {R"("text":"","whole":9223372036854775807)", "", ""},
        {R"("text":"","whole":9223372036854775808)", property, "whole"},
        {R"("text":"","whole":123456789012345678901234567890)", property, "whole"},
        {R"("text":"","whole":1e400)", property, "whole"},
        {R"("text":"","whole":1.5)", type, "whole"},
        {R"("text":"","whole":"1")", type, "whole"},
        {R"("text":"","whole":true)", type, "whole"},
        {R"("text":"","whole":-1)", property, "whole"},
        {R"("text":"","limit":21.4)", "", ""},
        {R"("text":"","limit":0.1)", "", ""},
        {R"("text":"","limit":16)", "", ""},
        {R"("text":"","limit":16.00)", "", ""},
        {R"("text":"","limit":1e20)", "", ""},
        {R"("text":"","limit":21.45)", property, "limit"},
        {R"("text":"","limit":1e-9)", property, "limit"},
        {R"("text":"","limit":0.30000000000000004)", property, "limit"},
        {R"("text":"","limit":1e400)", property, "limit"},
        {R"("text":"","limit":"21.4")", type, "limit"},
        {R"("text":"","flag":true)", "", ""},
        {R"("text":"","flag":1)", type, "flag"},
        {R"("text":"","when":"2025-09-05T16:10:20Z")", "", ""},
        {R"("text":"","when":"yesterday")", property, "when"},
        {R"("text":"","when":1)", type, "when"},
        {R"("text":"","where":"ftp://h/x")", "", ""},
        {R"("text":"","where":"HTTPS://u:p@h:1/x")", "", ""},
        {R"("text":"","where":"file:///etc/passwd")", property, "where"},
        {R"("text":"","where":"http://")", property, "where"},
        {R"("text":"","where":"http://h/a b")", property, "where"},
        {R"("text":"","colour":"Red")", "", ""},
        {R"("text":"","colour":"red")", property, "colour"},
        {R"("text":"","inner":{"n":1})", "", ""},
        {R"("text":"","inner":{})", missing, "inner.n"},
        {R"("text":"","inner":{"n":1,"s":"four"})", property, "inner.s"},
        {R"("text":"","inner":[])", type, "inner"},
        {R"("text":"","inners":[{"n":1},{"n":"x"}])", type, "inners[1].n"},
        {R"("text":"","inners":[{"n":1},5])", type, "inners[1]"},
        {R"("text":"","inners":[])", missing, "inners"},
        {R"("text":"","inners":{})", type, "inners"},
        {R"("text":"","words":["ab","c"])", "", ""},
        {R"("text":"","words":["ab",1])", type, "words"},
        {R"("text":"","words":["abc"])", property, "words"},
        {R"("text":"","long":"abc")", "", "", "text_too_long"},
        {R"("text":"","long":5)", type, "long"},
        {R"("text":"","open":"blue")", "", "", "unknown_choice"},
        {R"("text":"","open":5)", type, "open"},
        {R"("text":"","loose":"soon")", "", ""},
        {R"("text":"","loose":5)", type, "loose"},
        {R"("text":"","spelled":"12")", "", "", "integer_text"},
        {R"("text":"","spelled":"x")", type, "spelled"},
        {R"("text":"","any":"x")", "", ""},
        {R"("text":"","anything":[{}])", "", ""},
    };
    for (const auto& c : cases) {
        const auto v = check(outer, object("{" + c.payload + "}"), check_mode::lenient);
        EXPECT_EQ(v.ok, c.code.empty()) << c.payload << " " << v.text;
        EXPECT_EQ(v.path, c.path) << c.payload;
        EXPECT_EQ(names(v.quirks), c.quirks) << c.payload;
        if (!v.ok) {
            EXPECT_EQ(to_string(v.code), c.code) << c.payload;
            EXPECT_TRUE(v.text.starts_with(v.path + ": ")) << v.text;
        } else {
            EXPECT_TRUE(v.text.empty());
        }
    }
}

TEST(schema, tolerates_nothing_in_strict_mode) {
    for (const auto* extra :
         {R"("long":"abc")", R"("open":"blue")", R"("loose":"soon")", R"("spelled":"12")"}) {
        const auto payload = object(std::string(R"({"text":"","any":1,)") + extra + "}");
        EXPECT_TRUE(check(outer, payload, check_mode::lenient).ok) << extra;
        EXPECT_FALSE(check(outer, payload, check_mode::strict).ok) << extra;
    }
    EXPECT_EQ(check(outer, object(R"({"text":""})"), check_mode::strict).path, "any");
}

} // namespace
} // namespace voltlane::ocpp::v16
