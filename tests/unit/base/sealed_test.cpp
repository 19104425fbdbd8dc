#include "shared/base/sealed.hpp"

#include <gtest/gtest.h>

namespace voltlane {
namespace {

const std::string hex_a(64, 'a');
const std::string hex_b(64, 'b');

TEST(sealing_key, opens_what_it_sealed) {
    const auto key = sealing_key::from_hex(hex_a).value();
    for (const std::string& plain :
         {std::string(), std::string("x"), std::string(10'000, 'y'), std::string("\0z", 2)}) {
        const auto sealed = key.seal(plain);
        EXPECT_EQ(
            sealed.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
        EXPECT_EQ(key.open(sealed).value(), plain);
    }
}

TEST(sealing_key, never_seals_the_same_text_alike) {
    const auto key = sealing_key::from_hex(hex_a).value();
    EXPECT_NE(key.seal("secret"), key.seal("secret"));
}

TEST(sealing_key, refuses_what_is_not_its_own) {
    const auto key = sealing_key::from_hex(hex_a).value();
    const auto other = sealing_key::from_hex(hex_b).value();
    auto sealed = key.seal("secret");
    EXPECT_EQ(other.open(sealed).error(), errc::corrupt);
    sealed[30] = sealed[30] == 'A' ? 'B' : 'A';
    EXPECT_EQ(key.open(sealed).error(), errc::corrupt);
    for (const char* junk : {"", "AAAA", "not base64url!", "%%%"})
        EXPECT_EQ(key.open(junk).error(), errc::corrupt) << junk;
}

TEST(sealing_key, is_64_hex_digits) {
    for (const std::string& wrong :
         {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')})
        EXPECT_FALSE(sealing_key::from_hex(wrong).has_value()) << wrong;
    EXPECT_EQ(check_sealing_key(""), "");
    EXPECT_EQ(check_sealing_key(hex_a), "");
    EXPECT_NE(check_sealing_key("abc"), "");
}

} // namespace
} // namespace voltlane
