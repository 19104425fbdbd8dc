#include "shared/ocpp/charge_point_id.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp {
namespace {

const std::string key = "0123456789abcdef0123456789abcdef";

struct dialled {
    std::string target;
    target_status status;
    std::string id;
};

TEST(dial_target, splits_what_chargers_dial) {
    using enum target_status;
    const std::vector<dialled> cases{
        {"/api/v16/" + key + "/BURA", ok, "BURA"},
        {"/ocpp/" + key + "/BURA", ok, "BURA"},
        {"/api/v16/" + key + "/BURA/", ok, "BURA"},
        {"/api/v16/" + key + "//BURA//", ok, "BURA"},
        {"//api//v16/" + key + "/BURA", ok, "BURA"},
        {"/api/v16/" + key + "/4/CBI-07", ok, "CBI-07"},
        {"/ws://host:9000/api/v16/" + key + "/CP_1", ok, "CP_1"},
        {"/prefix/ocpp/" + key + "/CP_1/SERIAL", ok, "SERIAL"},
        {"/api/v16/" + key + "/BURA?id=x/y", ok, "BURA"},
        {"/api/v16/0123456789ABCDEF0123456789ABCDEF/BURA", ok, "BURA"},
        {"/api/v16/" + key + "/RDAM%20123", ok, "RDAM 123"},
        {"/api/v16/" + key + "/a_-:.#b", ok, "a_-:.#b"},
        {"/api/v16/" + key + "/caf%C3%A9", ok, "caf\xC3\xA9"},
        {"/api/v16/" + key + "/caf\xC3\xA9", ok, "caf\xC3\xA9"},
        {"/api/v16/" + key + "/%F0%9F%98%80", ok, "\xF0\x9F\x98\x80"},
        {"/api/v16/" + key + "/a%2525", ok, "a%25"},
        {"/api/v16/" + key + "/" + std::string(255, 'x'), ok, std::string(255, 'x')},
        {"/api/v16/" + key + "/" + std::string(256, 'x'), malformed_id, ""},
        {"/api/v16/" + key + "/" + std::string(5000, 'x'), malformed_id, ""},
        {"/api/v16/" + key + "/", malformed_id, ""},
        {"/api/v16/" + key, malformed_id, ""},
        {"/ocpp/" + key + "/?id=x", malformed_id, ""},
        {"/api/v16/" + key + "/%00", malformed_id, ""},
        {"/api/v16/" + key + "/a%00b", malformed_id, ""},
        {"/api/v16/" + key + "/a%0d%0aLog", malformed_id, ""},
        {"/api/v16/" + key + "/%7F", malformed_id, ""},
        {"/api/v16/" + key + "/%C2%85", malformed_id, ""},
        {"/api/v16/" + key + "/%2F", malformed_id, ""},
        {"/api/v16/" + key + "/..%2f..", malformed_id, ""},
        {"/api/v16/" + key + "/..", malformed_id, ""},
        {"/api/v16/" + key + "/.", malformed_id, ""},
        {"/api/v16/" + key + "/%C3%28", malformed_id, ""},
        {"/api/v16/" + key + "/%", malformed_id, ""},
        {"/api/v16/" + key + "/%4", malformed_id, ""},
        {"/api/v16/" + key + "/%zz", malformed_id, ""},
        {"/api/v16/" + key + "/%20", malformed_id, ""},
        {"/", not_a_charger_path, ""},
        {"", not_a_charger_path, ""},
        {"/BURA", not_a_charger_path, ""},
        {"/api/v16/BURA", not_a_charger_path, ""},
        {"/api/v16/" + key.substr(1) + "/BURA", not_a_charger_path, ""},
        {"/api/v16/" + key + "0/BURA", not_a_charger_path, ""},
        {"/api/v16/0123456789abcdeg0123456789abcdef/BURA", not_a_charger_path, ""},
        {"/api/v1/" + key + "/BURA", not_a_charger_path, ""},
        {"/v16/" + key + "/BURA", not_a_charger_path, ""},
        {"/" + key + "/BURA", not_a_charger_path, ""},
        {"/?x=/api/v16/" + key + "/BURA", not_a_charger_path, ""},
    };
    for (const auto& c : cases) {
        const auto got = parse_dial_target(c.target);
        EXPECT_EQ(got.status, c.status) << c.target.substr(0, 100);
        EXPECT_EQ(got.id, c.id) << c.target.substr(0, 100);
        if (c.status == ok) {
            EXPECT_EQ(got.tenant_key, key);
        }
        EXPECT_EQ(got.canonical_id, canonical_charge_point_id(c.id));
    }
}

TEST(charge_point_id, is_compared_without_ascii_case) {
    EXPECT_EQ(canonical_charge_point_id("CP 001-\xC3\x89"), "cp 001-\xC3\x89");
    EXPECT_TRUE(is_charge_point_id("CP:001"));
    EXPECT_FALSE(is_charge_point_id(""));
    EXPECT_FALSE(is_charge_point_id("a/b"));
}

} // namespace
} // namespace voltlane::ocpp
