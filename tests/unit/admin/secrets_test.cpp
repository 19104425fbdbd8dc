#include "admin/secrets.hpp"

#include "admin/failure.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <sodium.h>

namespace voltlane::admin {
namespace {

TEST(secrets, passwords_are_argon2id_and_verify) {
    const auto hash = hash_password("MyP@ssw0rd");
    EXPECT_EQ(hash.substr(0, 31), "$argon2id$v=19$m=19456,t=2,p=1$") << "as the API's: equal timing";
    EXPECT_NE(hash, hash_password("MyP@ssw0rd"));
    EXPECT_EQ(crypto_pwhash_str_verify(hash.c_str(), "MyP@ssw0rd", 10), 0);
    EXPECT_NE(crypto_pwhash_str_verify(hash.c_str(), "MyP@ssw0rD", 10), 0);
}

TEST(secrets, url_keys) {
    const auto key = new_url_key();
    EXPECT_TRUE(is_url_key(key));
    EXPECT_NE(key, new_url_key());
    for (const auto* wrong : {"", "0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF",
                              "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0"})
        EXPECT_FALSE(is_url_key(wrong)) << wrong;
    // SHA-256 of "abc", FIPS 180-2.
    EXPECT_EQ(hash_url_key("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(secrets, come_from_the_environment_only) {
    setenv("VOLTLANE_TEST_SECRET", "value", 1);
    EXPECT_EQ(secret_from_environment("VOLTLANE_TEST_SECRET"), "value");
    setenv("VOLTLANE_TEST_SECRET", "", 1);
    EXPECT_THROW(secret_from_environment("VOLTLANE_TEST_SECRET"), failure);
    unsetenv("VOLTLANE_TEST_SECRET");
    EXPECT_THROW(secret_from_environment("VOLTLANE_TEST_SECRET"), failure);
}

} // namespace
} // namespace voltlane::admin
