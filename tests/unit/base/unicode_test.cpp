#include "shared/base/unicode.hpp"

#include <gtest/gtest.h>

namespace voltlane {
namespace {

TEST(unicode, decodes_every_length) {
    EXPECT_EQ(code_points("aß€😀"), U"aß€😀");
    EXPECT_EQ(code_points(""), U"");
}

TEST(unicode, ill_formed_bytes_are_one_replacement_each) {
    EXPECT_EQ(code_points("\xff"
                          "a"),
              U"\uFFFDa");
    EXPECT_EQ(code_points("\xc3"), U"\uFFFD");                               // cut
    EXPECT_EQ(code_points("\xe2\x82"), U"\uFFFD\uFFFD");                     // cut
    EXPECT_EQ(code_points("\xc0\xaf"), U"\uFFFD\uFFFD");                     // overlong
    EXPECT_EQ(code_points("\xe0\x80\xaf"), U"\uFFFD\uFFFD\uFFFD");           // overlong
    EXPECT_EQ(code_points("\xed\xa0\x80"), U"\uFFFD\uFFFD\uFFFD");           // half a surrogate pair
    EXPECT_EQ(code_points("\xf4\x90\x80\x80"), U"\uFFFD\uFFFD\uFFFD\uFFFD"); // past the last one
}

TEST(unicode, cleans_text_for_others) {
    EXPECT_EQ(clean_text("aß€😀", 10), "aß€😀");
    EXPECT_EQ(clean_text("aß€😀", 2), "aß");
    EXPECT_EQ(clean_text("a\xc3", 10), "a\uFFFD"); // cut inside a character
    EXPECT_EQ(clean_text(std::string_view("a\0b\r\n\x7f\xc2\x85", 8), 10), "a b    ");
    EXPECT_EQ(clean_text("\xed\xa0\x80", 2), "\uFFFD\uFFFD");
    EXPECT_EQ(clean_text("", 10), "");
    EXPECT_EQ(clean_text("abc", 0), "");
}

TEST(unicode, lowers_in_every_alphabet) {
    EXPECT_EQ(lower(std::u32string(U"AZaz09ÄÉŁΩЖ")), U"azaz09äéłωж");
}

TEST(unicode, tells_letters_and_digits_from_what_does_not_show) {
    for (const char32_t c : std::u32string_view(U"aZ5äßжΩ漢字한"))
        EXPECT_TRUE(is_letter_or_digit(c)) << static_cast<unsigned>(c);
    // Blank, no-break blank, soft hyphen, zero width space and joiner, right-to-left override, byte order
    // mark, a smiling face, an unused one.
    for (const char32_t c : {U' ', U'_', U'@', U'\u00A0', U'\u00AD', U'\u200B', U'\u200D', U'\u202E',
                             U'\uFEFF', U'\U0001F600', U'\uFFFD', U'\uFFFF'})
        EXPECT_FALSE(is_letter_or_digit(c)) << static_cast<unsigned>(c);
}

TEST(unicode, folds_every_form_of_an_ascii_name_alike) {
    for (const std::string_view name :
         {"Kim-1@x.org", "ｋｉｍ－１＠ｘ．ｏｒｇ", "\u212Aim-\u00B9@x.org", "𝓚𝐢𝕞-①@𝚡.ⓞⓡⓖ"})
        EXPECT_EQ(fold_name(name), "kim-1@x.org") << name;
    EXPECT_EQ(fold_name("\uFB01\u017Fh\u216B"), "fishxii");
    EXPECT_EQ(fold_name("ÄÉŁΩЖ漢😀"), "äéłωж漢😀");
    EXPECT_EQ(fold_name("a\xff"), "a\uFFFD");
    EXPECT_EQ(fold_name(""), "");
}

} // namespace
} // namespace voltlane
