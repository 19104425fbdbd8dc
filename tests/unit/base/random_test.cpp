#include "shared/base/random.hpp"

#include "shared/base/text.hpp"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace voltlane {
namespace {

TEST(random, uuids_are_of_version_4_and_differ) {
    const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto id = make_uuid();
        EXPECT_TRUE(std::regex_match(id, form)) << id;
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 1000U);
}

TEST(random, texts_hold_as_many_bytes_as_asked_for) {
    EXPECT_EQ(random_bytes(32).size(), 32U);
    EXPECT_EQ(random_hex(16).size(), 32U);
    EXPECT_EQ(from_base64url(random_text(32)).value().size(), 32U);
    EXPECT_NE(random_text(32), random_text(32));
    EXPECT_EQ(random_bytes(0), "");
}

TEST(random, sha256_as_in_fips_180) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

} // namespace
} // namespace voltlane
