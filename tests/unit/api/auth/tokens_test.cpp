#include "api/auth/tokens.hpp"

#include "api/auth/passwords.hpp"
#include "api/auth/revocations.hpp"
#include "shared/base/text.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

const std::string key = "0123456789abcdef0123456789abcdef";
manual_clock at_noon() {
    return manual_clock(timestamp(std::chrono::seconds(1'700'000'000)));
}

// A token with our signature over any header and body.
std::string sign(std::string_view header, std::string_view body, const std::string& with = key) {
    const std::string text = to_base64url(header) + "." + to_base64url(body);
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(with.data()), with.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return text + "." + to_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view body =
    R"({"user_id":7,"sub":"7","sid":9,"iat":1700000000,"exp":1700000100,"jti":"x","token_type":"access"})";

TEST(tokens, reads_what_it_issued) {
    const auto now = at_noon();
    const tokens t(key, 60s, 600s, now);
    const auto text = t.issue(token_kind::refresh, account_id(7), 9);
    const auto c = t.read(text);
    ASSERT_TRUE(c);
    EXPECT_EQ(c->account, account_id(7));
    EXPECT_EQ(c->session, 9);
    EXPECT_EQ(c->kind, token_kind::refresh);
    EXPECT_EQ(c->expires_at - c->issued_at, 600s);
    EXPECT_FALSE(t.read(text, token_kind::access));
    EXPECT_NE(t.issue(token_kind::refresh, account_id(7), 9), text); // its own jti
}

TEST(tokens, expire_to_the_second) {
    auto now = at_noon();
    const tokens t(key, 60s, 600s, now);
    const auto text = t.issue(token_kind::access, account_id(7), 9);
    now.advance(59s);
    EXPECT_TRUE(t.read(text));
    now.advance(1s);
    EXPECT_FALSE(t.read(text));
}

TEST(tokens, takes_only_our_algorithm_key_and_claims) {
    const auto now = at_noon();
    const tokens t(key, 60s, 600s, now);
    ASSERT_TRUE(t.read(sign(header, body))); // the forgeries below differ from this in one thing each
    EXPECT_FALSE(t.read(sign(header, body, "another key of thirty-two bytes!")));
    EXPECT_FALSE(t.read(sign(R"({"alg":"HS512","typ":"JWT"})", body)));
    EXPECT_FALSE(t.read(sign(R"({"alg":"none","typ":"JWT"})", body)));
    EXPECT_FALSE(t.read(sign(R"({"alg":"RS256","typ":"JWT"})", body)));
    EXPECT_FALSE(t.read(to_base64url(R"({"alg":"none"})") + "." + to_base64url(body) + "."));
    EXPECT_FALSE(t.read(to_base64url(header) + "." + to_base64url(body) + "."));
    for (const auto* wrong :
         {R"({"sid":9,"iat":1,"exp":1700000100,"token_type":"access"})",
          R"({"user_id":7,"iat":1,"exp":1700000100,"token_type":"access"})",
          R"({"user_id":7,"sid":9,"iat":1,"token_type":"access"})",
          R"({"user_id":7,"sid":9,"iat":1,"exp":"1700000100","token_type":"access"})",
          R"({"user_id":7,"sid":9,"iat":1,"exp":1700000100})",
          R"({"user_id":7,"sid":9,"iat":1,"exp":1700000100,"token_type":"admin"})",
          R"({"user_id":"7","sid":9,"iat":1,"exp":1700000100,"token_type":"access"})", "[]", "{}"})
        EXPECT_FALSE(t.read(sign(header, wrong))) << wrong;
}

TEST(tokens, survives_rubbish) {
    const auto now = at_noon();
    const tokens t(key, 60s, 600s, now);
    const auto good = t.issue(token_kind::access, account_id(7), 9);
    for (const std::string& wrong :
         {std::string(), std::string("x"), std::string("a.b.c"), std::string("..."),
          std::string(100'000, 'a'), good + "x", good.substr(0, good.size() - 1), good + std::string(1, '\0'),
          std::string("\xff\xfe.\xff.\xff")})
        EXPECT_FALSE(t.read(wrong)) << wrong.substr(0, 80);
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto flipped = good;
        flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
        const auto c = t.read(flipped);
        // The last character of the signature holds two unused bits.
        if (i + 1 < good.size()) {
            EXPECT_FALSE(c) << i;
        }
    }
}

TEST(passwords, rules_let_the_contracts_examples_pass) {
    for (const auto* right : {"MyP@ssw0rd", "Abcd@1234", "securepassword123", "äöüäöüäö"})
        EXPECT_EQ(check_password(right, "demo"), "") << right;
    for (const auto* wrong : {"", "short1", "12345678901", "longusername"})
        EXPECT_NE(check_password(wrong, "LongUserName"), "") << wrong;
    EXPECT_NE(check_password(std::string(129, 'x'), "demo"), "");
}

TEST(revocations, knows_at_once_what_was_revoked_here_and_forgets_what_expired) {
    auto now = at_noon();
    revocations r(now);
    EXPECT_TRUE(r.stale());
    r.apply({{1, now.now() + 10s}}, now.steady_now());
    EXPECT_FALSE(r.stale());
    EXPECT_TRUE(r.is_revoked(1));
    EXPECT_FALSE(r.is_revoked(2));
    r.add(2, now.now() + 100s);
    EXPECT_TRUE(r.is_revoked(2));
    now.advance(11s);
    EXPECT_TRUE(r.stale());
    r.apply({}, now.steady_now());
    EXPECT_FALSE(r.is_revoked(1));
    EXPECT_TRUE(r.is_revoked(2));
}

} // namespace
} // namespace voltlane::api
