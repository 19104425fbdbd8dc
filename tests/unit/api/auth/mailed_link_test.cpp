#include "api/auth/mailed_link.hpp"

#include "shared/base/random.hpp"
#include "shared/base/text.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

TEST(mailed_link, reads_what_the_mail_carries) {
    const auto token = random_text(32);
    const auto link = read_mailed_link(to_base64url("42"), token);
    ASSERT_TRUE(link);
    EXPECT_EQ(link->account, account_id(42));
    EXPECT_EQ(link->token_hash, sha256_hex(token));
    EXPECT_TRUE(read_mailed_link(to_base64url("9223372036854775807"), token));
}

TEST(mailed_link, is_no_link_of_ours) {
    for (const std::string_view id : {"", "0", "-1", "+1", "01", " 1", "1 ", "1.0", "0x1", "abc",
                                      "9223372036854775808", "99999999999999999999999999"})
        EXPECT_FALSE(read_mailed_link(to_base64url(id), "t")) << id;
    for (const std::string uid :
         {"", "42", "=", "NDI=", "%00", "NDI\n", "\xff\xff", "../..", std::string(100'000, 'A').c_str()})
        EXPECT_FALSE(read_mailed_link(uid, "t")) << uid.substr(0, 20);
    EXPECT_FALSE(read_mailed_link(to_base64url("42"), ""));
    EXPECT_FALSE(read_mailed_link(to_base64url("42"), std::string(201, 'a')));
}

} // namespace
} // namespace voltlane::api
