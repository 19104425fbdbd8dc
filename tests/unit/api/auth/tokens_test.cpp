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
    const tokens t(token_keys::of_secret(key), 60s, 600s, now);
    const auto pair = t.pair(account_id(7), 9, 3, now.now());
    const auto c = t.read(pair.refresh);
    ASSERT_TRUE(c);
    EXPECT_EQ(c->account, account_id(7));
    EXPECT_EQ(c->session, 9);
    EXPECT_EQ(c->kind, token_kind::refresh);
    EXPECT_EQ(c->rotation, 3);
    EXPECT_EQ(c->expires_at - c->issued_at, 600s);
    EXPECT_FALSE(t.read(pair.refresh, token_kind::access));
    ASSERT_TRUE(t.read(pair.access, token_kind::access));
    EXPECT_EQ(t.read(pair.access)->expires_at - now.now(), 60s);
    EXPECT_FALSE(t.read(pair.access, token_kind::refresh));
    EXPECT_NE(t.access(account_id(7), 9), t.access(account_id(7), 9)); // each its own jti
}

TEST(tokens, of_one_rotation_are_the_same_whenever_and_wherever_they_are_made) {
    auto now = at_noon();
    const tokens here(token_keys::of_secret(key), 60s, 600s, now);
    const auto made_at = now.now() + 400ms;
    const auto first = here.pair(account_id(7), 9, 1, made_at);
    now.advance(5s);
    const tokens elsewhere(token_keys::of_secret(key), 60s, 600s, now);
    const auto second = elsewhere.pair(account_id(7), 9, 1, made_at);
    EXPECT_EQ(first.access, second.access);
    EXPECT_EQ(first.refresh, second.refresh);
    for (const auto& other :
         {here.pair(account_id(7), 9, 2, made_at), here.pair(account_id(7), 10, 1, made_at),
          here.pair(account_id(8), 9, 1, made_at), here.pair(account_id(7), 9, 1, made_at + 1s)})
        EXPECT_NE(other.refresh, first.refresh);
    EXPECT_EQ(here.read(first.refresh)->issued_at, timestamp(1'700'000'000s)); // whole seconds
}

TEST(tokens, expire_to_the_second) {
    auto now = at_noon();
    const tokens t(token_keys::of_secret(key), 60s, 600s, now);
    const auto text = t.access(account_id(7), 9);
    now.advance(59s);
    EXPECT_TRUE(t.read(text));
    now.advance(1s);
    EXPECT_FALSE(t.read(text));
}

TEST(tokens, takes_only_our_algorithm_key_and_claims) {
    const auto now = at_noon();
    const tokens t(token_keys::of_secret(key), 60s, 600s, now);
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
    const tokens t(token_keys::of_secret(key), 60s, 600s, now);
    const auto good = t.access(account_id(7), 9);
    for (const std::string& wrong :
         {std::string(), std::string("x"), std::string("a.b.c"), std::string("..."),
          std::string(100'000, 'a'), good + "x", good.substr(0, good.size() - 1), good + std::string(1, '\0'),
          std::string("\xff\xfe.\xff.\xff")})
        EXPECT_FALSE(t.read(wrong)) << wrong.substr(0, 80);
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto flipped = good;
        flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(t.read(flipped)) << i;
    }
}

// A token names no member twice: two readers might take one each.
TEST(tokens, say_nothing_twice) {
    const auto now = at_noon();
    const tokens t(token_keys::of_secret(key), 60s, 600s, now);
    const std::string one(body);
    const auto with = [&](std::string_view more) {
        return one.substr(0, one.size() - 1) + std::string(more) + "}";
    };
    ASSERT_TRUE(t.read(sign(header, with(R"(,"x":{"sid":1,"y":[{"sid":2}]},"z":":\\\",\"sid\":3")"))));
    EXPECT_FALSE(t.read(sign(header, with(R"(,"sid":10)"))));
    EXPECT_FALSE(t.read(sign(header, with(R"(,"s\u0069d":10)"))));
    EXPECT_FALSE(t.read(sign(R"({"alg":"none","alg":"HS256"})", body)));
    EXPECT_FALSE(t.read(sign(R"({"alg":"HS256","alg":"none"})", body)));
    EXPECT_FALSE(t.read(sign(R"({"alg":"HS256","crit":["b64"],"b64":false})", body)));
    EXPECT_FALSE(t.read(sign(header, with(R"(,"rot":-1)"))));
    EXPECT_FALSE(t.read(sign(header, with(R"(,"rot":"1")"))));
    EXPECT_EQ(t.read(sign(header, with(R"(,"rot":4)")))->rotation, 4);
    EXPECT_EQ(t.read(sign(header, body))->rotation, 0); // made before there were rotations
    const auto endless =
        std::string(R"({"user_id":7,"sid":9,"iat":1,"exp":9000000000000000000,"token_type":"access"})");
    EXPECT_FALSE(t.read(sign(header, endless)));
}

TEST(tokens, of_a_pod_whose_clock_is_ahead_are_good_here) {
    auto ahead = at_noon();
    ahead.advance(30s);
    const auto behind = at_noon();
    const tokens there(token_keys::of_secret(key), 60s, 600s, ahead);
    const tokens here(token_keys::of_secret(key), 60s, 600s, behind);
    EXPECT_TRUE(here.read(there.access(account_id(7), 9)));
    EXPECT_TRUE(there.read(here.access(account_id(7), 9)));
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
    now.advance(899ms);
    EXPECT_FALSE(r.stale());
    now.advance(2ms);
    EXPECT_TRUE(r.stale());
    r.add({{3, now.now() + 100s}, {4, now.now() + 100s}});
    EXPECT_TRUE(r.is_revoked(3) && r.is_revoked(4));
    r.apply({}, now.steady_now());
    EXPECT_TRUE(r.is_revoked(1)); // its last access token may be alive
    now.advance(revocations::keep_expired + 10s);
    r.apply({}, now.steady_now());
    EXPECT_FALSE(r.is_revoked(1));
    EXPECT_TRUE(r.is_revoked(2));
}

} // namespace
} // namespace voltlane::api
