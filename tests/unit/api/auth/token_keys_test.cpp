#include "api/auth/token_keys.hpp"

#include "api/auth/token_text.hpp"
#include "api/auth/tokens.hpp"
#include "shared/base/text.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

const std::string first(32, '1'), second(32, '2'), third(32, '3');

// PEM files in a folder of the test's own.
class token_keys_test : public ::testing::Test {
protected:
    token_keys_test() {
        std::string name = (std::filesystem::temp_directory_path() / "voltlane-keys-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~token_keys_test() override { std::filesystem::remove_all(folder); }

    std::string write(const std::string& name, const std::string& text) const {
        const auto path = (folder / name).string();
        std::ofstream(path) << text;
        return path;
    }
    // Writes <name> and <name>.pub; returns the first path.
    std::string pair(const std::string& name, EVP_PKEY* raw) const {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(raw, EVP_PKEY_free);
        const auto path = (folder / name).string();
        const std::unique_ptr<BIO, decltype(&BIO_free)> secret(BIO_new_file(path.c_str(), "w"), BIO_free);
        const std::unique_ptr<BIO, decltype(&BIO_free)> open(BIO_new_file((path + ".pub").c_str(), "w"),
                                                             BIO_free);
        EXPECT_EQ(PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr),
                  1);
        EXPECT_EQ(PEM_write_bio_PUBKEY(open.get(), key.get()), 1);
        return path;
    }
    std::string rsa(const std::string& name, unsigned bits = 2048) const {
        return pair(name, EVP_RSA_gen(bits));
    }
    std::string ec(const std::string& name, const char* curve = "P-256") const {
        return pair(name, EVP_EC_gen(curve));
    }

    tokens with(const token_keys::settings& s) const {
        std::string wrong;
        auto keys = token_keys::load(s, wrong);
        EXPECT_TRUE(keys) << wrong;
        return {keys ? std::move(*keys) : token_keys::of_secret(first), 60s, 600s, now};
    }
    static std::string refusal(const token_keys::settings& s) {
        std::string wrong;
        return token_keys::load(s, wrong) ? "" : wrong;
    }

    std::filesystem::path folder;
    manual_clock now{timestamp(1'700'000'000s)};
};

std::string kid_of(const std::string& token) {
    const auto text = split_token(token);
    return text && text->header.contains("kid") ? std::string(text->header.at("kid").as_string()) : "";
}

std::string hmac(const std::string& text, const std::string& secret) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return to_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

// The token's body under another header, signed with HMAC over the secret.
std::string forged(const std::string& token, const std::string& header, const std::string& secret) {
    const auto text = split_token(token);
    const auto front = to_base64url(header) + "." + to_base64url(boost::json::serialize(text->body));
    return front + "." + hmac(front, secret);
}

TEST_F(token_keys_test, every_algorithm_reads_what_it_made) {
    const auto r = rsa("rsa.pem"), e = ec("ec.pem");
    for (const auto& s :
         {token_keys::settings{"HS256", first, "", "", ""}, token_keys::settings{"RS256", "", "", r, ""},
          token_keys::settings{"ES256", "", "", e, ""}}) {
        const auto t = with(s);
        const auto pair = t.pair(account_id(7), 9, 1, now.now());
        EXPECT_EQ(split_token(pair.access)->header.at("alg").as_string(), s.algorithm);
        EXPECT_EQ(kid_of(pair.access).size(), 16U);
        ASSERT_TRUE(t.read(pair.access, token_kind::access)) << s.algorithm;
        ASSERT_TRUE(t.read(pair.refresh, token_kind::refresh)) << s.algorithm;
        EXPECT_EQ(t.read(pair.refresh)->rotation, 1);
        auto broken = pair.access;
        auto& c = broken[broken.size() - 10];
        c = c == 'A' ? 'B' : 'A';
        EXPECT_FALSE(t.read(broken)) << s.algorithm;
    }
}

// Three rollouts, pod by pod: at no moment does a pod refuse what another one signs.
TEST_F(token_keys_test, a_key_is_exchanged_and_nobody_is_logged_out) {
    const auto e = ec("ec.pem");
    using step = token_keys::settings;
    const std::vector<step> secrets{{"HS256", first, "", "", ""},
                                    {"HS256", first, second, "", ""},
                                    {"HS256", second, first, "", ""},
                                    {"HS256", second, "", "", ""}};
    const std::vector<step> algorithms{{"HS256", first, "", "", ""},
                                       {"HS256", first, "", "", e + ".pub"},
                                       {"ES256", first, "", e, ""},
                                       {"ES256", "", "", e, ""}};
    for (const auto& steps : {secrets, algorithms})
        for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
            const auto old_pod = with(steps[i]), new_pod = with(steps[i + 1]);
            EXPECT_TRUE(old_pod.read(new_pod.access(account_id(7), 9))) << i;
            if (i != 2) { // by then, the old key's tokens have expired
                EXPECT_TRUE(new_pod.read(old_pod.access(account_id(7), 9))) << i;
            }
        }
    EXPECT_FALSE(with(secrets[0]).read(with(secrets[2]).access(account_id(7), 9)));
}

TEST_F(token_keys_test, tokens_that_name_no_key_are_older_than_key_names) {
    const auto t = with({"HS256", second, first + " , " + third, "", ""});
    const auto token = t.access(account_id(7), 9);
    const std::string nameless = R"({"alg":"HS256","typ":"JWT"})";
    for (const auto& secret : {first, second, third})
        EXPECT_TRUE(t.read(forged(token, nameless, secret)));
    EXPECT_FALSE(t.read(forged(token, nameless, std::string(32, '4'))));
    const auto asymmetric = with({"ES256", "", "", ec("ec.pem"), ""});
    EXPECT_FALSE(asymmetric.read(forged(token, nameless, first)));
}

TEST_F(token_keys_test, the_key_decides_the_algorithm_and_not_the_token) {
    const auto r = rsa("rsa.pem"), e = ec("ec.pem");
    const auto t = with({"RS256", first, second, r, e + ".pub"});
    const auto token = t.access(account_id(7), 9);
    const auto rsa_kid = kid_of(token);
    const auto secret_kid = token_keys::of_secret(first).current().id;
    std::ifstream in(r + ".pub");
    const std::string public_pem((std::istreambuf_iterator<char>(in)), {});
    const auto header = [](const std::string& alg, const std::string& kid) {
        return R"({"alg":")" + alg + R"(","kid":")" + kid + R"("})";
    };
    ASSERT_TRUE(
        t.read(forged(token, header("HS256", secret_kid), first))); // the rest is wrong in one thing each
    const auto genuine = split_token(token);
    const auto signature = token.substr(token.rfind('.') + 1);
    const auto body = to_base64url(boost::json::serialize(genuine->body));
    for (const auto& [what, wrong] : std::vector<std::pair<std::string, std::string>>{
             {"public key as a secret", forged(token, header("HS256", rsa_kid), public_pem)},
             {"public key as a secret, nameless", forged(token, R"({"alg":"HS256"})", public_pem)},
             {"another key's name",
              forged(token, header("HS256", token_keys::of_secret(second).current().id), first)},
             {"a foreign name", forged(token, header("HS256", "0123456789abcdef"), first)},
             {"an empty name", forged(token, header("HS256", ""), first)},
             {"a name that is no text", forged(token, R"({"alg":"HS256","kid":7})", first)},
             {"a path as a name", forged(token, header("HS256", "../../dev/null"), "")},
             {"RS256 with the secret's name", forged(token, header("RS256", secret_kid), first)},
             {"HS512", forged(token, header("HS512", secret_kid), first)},
             {"lower case", forged(token, header("hs256", secret_kid), first)},
             {"none", to_base64url(header("none", secret_kid)) + "." + body + "."},
             {"none, signed", forged(token, header("none", secret_kid), first)},
             {"None of a nameless key", to_base64url(R"({"alg":"None"})") + "." + body + ".AA"},
             {"the RSA signature as ES256",
              to_base64url(header("ES256", rsa_kid)) + "." + body + "." + signature},
             {"no algorithm", forged(token, R"({"kid":")" + secret_kid + R"("})", first)}})
        EXPECT_FALSE(t.read(wrong)) << what;
}

TEST_F(token_keys_test, what_cannot_sign_or_verify_is_refused_at_start) {
    const auto r = rsa("rsa.pem"), e = ec("ec.pem");
    EXPECT_NE(refusal({"HS256", "", "", "", ""}).find("jwt-key:"), std::string::npos);
    EXPECT_NE(refusal({"HS256", "short", "", "", ""}).find("32 bytes"), std::string::npos);
    EXPECT_NE(refusal({"HS256", first, "short", "", ""}).find("jwt-previous-keys"), std::string::npos);
    EXPECT_NE(refusal({"none", first, "", "", ""}).find("jwt-algorithm"), std::string::npos);
    EXPECT_NE(refusal({"RS256", first, "", "", ""}).find("jwt-key-file: is required"), std::string::npos);
    EXPECT_NE(refusal({"RS256", "", "", e, ""}).find("private key for RS256"), std::string::npos);
    EXPECT_NE(refusal({"ES256", "", "", r, ""}).find("private key for ES256"), std::string::npos);
    EXPECT_NE(refusal({"RS256", "", "", r + ".pub", ""}).find("private key"), std::string::npos);
    EXPECT_NE(refusal({"RS256", "", "", (folder / "absent").string(), ""}).find("cannot be read"),
              std::string::npos);
    EXPECT_NE(refusal({"RS256", "", "", write("text", "no key at all"), ""}).find("no PEM key"),
              std::string::npos);
    EXPECT_NE(
        refusal({"RS256", "", "", write("large", std::string(100'000, 'x')), ""}).find("cannot be read"),
        std::string::npos);
    EXPECT_NE(refusal({"RS256", "", "", rsa("small.pem", 1024), ""}).find("2048"), std::string::npos);
    EXPECT_NE(refusal({"ES256", "", "", ec("p384.pem", "P-384"), ""}).find("P-256"), std::string::npos);
    EXPECT_NE(refusal({"HS256", first, "", "", r + "," + write("junk", "x")}).find("jwt-previous-key-files"),
              std::string::npos);
    std::string many;
    for (int i = 0; i < 20; ++i)
        many += std::string(31, 'k') + std::to_string(i) + ",";
    EXPECT_NE(refusal({"HS256", first, many, "", ""}).find("16 keys"), std::string::npos);
    EXPECT_EQ(refusal({"HS256", first, first + ",," + first, "", r + ".pub, " + e}),
              ""); // the same one counts once
}

} // namespace
} // namespace voltlane::api
