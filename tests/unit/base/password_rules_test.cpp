#include "shared/base/password_rules.hpp"

#include "shared/base/common_passwords.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace voltlane {
namespace {

constexpr password_owner anna{"anna.berg", "Anna", "Bergström-Ödman", "anna.work@example.com"};

constexpr std::string_view short_one = "This password is too short. It must contain at least 8 characters.";
constexpr std::string_view long_one = "This password is too long. It may have at most 128 characters.";
constexpr std::string_view common_one = "This password is too common.";
constexpr std::string_view digits = "This password is entirely numeric.";

std::string faults(std::string_view password, const password_owner& owner = anna) {
    std::string all;
    for (const auto& fault : password_faults(password, owner))
        all += (all.empty() ? "" : " | ") + fault;
    return all;
}

TEST(password_rules, let_pass) {
    for (const auto* right : {"MyP@ssw0rd", "Abcd@1234", "securepassword123", "correct horse battery staple",
                              "äöüäöüäö", "   x   y   ", "😀😀😀😀😀😀😀😀"})
        EXPECT_EQ(faults(right), "") << right;
    EXPECT_EQ(faults("MyP@ssw0rd", {}), "");
}

TEST(password_rules, counts_characters_not_bytes) {
    EXPECT_EQ(faults("äöüäöüä"), short_one);
    EXPECT_EQ(faults("äöüäöüäö"), "");
    std::string longest;
    for (int i = 0; i < 128; ++i)
        longest += "ö";
    EXPECT_EQ(faults(longest), "");
    EXPECT_EQ(faults(longest + "x"), long_one);
    EXPECT_EQ(faults(std::string(1'000'000, 'x')), long_one);
}

TEST(password_rules, say_all_that_is_wrong) {
    EXPECT_EQ(faults(""), short_one);
    EXPECT_EQ(faults("123456"),
              std::string(short_one) + " | " + std::string(common_one) + " | " + std::string(digits));
    EXPECT_EQ(faults("90817263544536"), digits);
}

TEST(password_rules, refuse_the_common_ones_in_any_case) {
    for (const auto* common : {"password", "Password1", "QWERTYUIOP", "trustNo1", "iloveyou", "passw0rd",
                               "1qaz2wsx", "  baseball  "})
        EXPECT_EQ(faults(common), common_one) << common;
}

TEST(password_rules, refuse_the_owners_own_names) {
    const std::pair<const char*, const char*> rows[] = {
        {"anna.berg", "username"},
        {"ANNA.BERG", "username"},
        {"anna.berg1", "username"},
        {"greb.anna99", "username"}, // the same characters in another order
        {"Bergström", "last name"},
        {"BERGSTRÖM1", "last name"}, // one half of a double name
        {"bergström-ödman", "last name"},
        {"anna.work", "email address"}, // its local part
        {"anna.work@example.com", "email address"},
        {"example1", "email address"}, // a word of it
    };
    for (const auto& [password, name] : rows)
        EXPECT_EQ(faults(password), std::string("The password is too similar to the ") + name + ".")
            << password;
    EXPECT_EQ(faults("annannaa", {{}, "Annannaa", {}, {}}), "The password is too similar to the first name.");
}

TEST(password_rules, seven_tenths_of_both_are_too_much) {
    // 7 of 10 + 10 characters, then 6.
    EXPECT_NE(faults("abcdefgXYZ", {"abcdefghij", {}, {}, {}}), "");
    EXPECT_EQ(faults("abcdefVXYZ", {"abcdefghij", {}, {}, {}}), "");
}

TEST(password_rules, a_short_name_inside_a_long_password_is_no_likeness) {
    EXPECT_EQ(faults("anna likes long passwords"), "");
    EXPECT_EQ(faults("ax7!kkq2zz", {"a", "x", "7", "k@q.zz"}), "");
}

TEST(password_rules, survive_ill_formed_text) {
    EXPECT_EQ(faults("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"), "");
    EXPECT_EQ(faults("MyP@ssw0rd", {"\xff\xc3", "\xe2\x82", "---", "@@@@"}), "");
}

TEST(common_passwords, are_ten_thousand_sorted_ones_in_lower_case) {
    const auto all = common_passwords();
    EXPECT_EQ(all.size(), 10'000U);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_TRUE(std::adjacent_find(all.begin(), all.end()) == all.end());
    for (const auto password : all)
        EXPECT_TRUE(
            std::none_of(password.begin(), password.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
    for (const std::string_view passes : {"myp@ssw0rd", "abcd@1234", "securepassword123"})
        EXPECT_FALSE(std::binary_search(all.begin(), all.end(), passes)) << passes;
}

} // namespace
} // namespace voltlane
