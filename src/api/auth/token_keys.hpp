#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

enum class key_algorithm { hs256, rs256, es256 };
std::string_view to_string(key_algorithm a) noexcept; // as tokens' headers name it

// One key and the one algorithm it is for.
struct token_key {
    std::string id; // `kid`: 16 hex digits of a digest of the secret or the public key
    key_algorithm algorithm = key_algorithm::hs256;
    std::string signing;   // the secret, or the private key as PEM; empty: verifies only
    std::string verifying; // the secret, or the public key as PEM
};

// The key that signs tokens, and all that verify them. A key is exchanged in three rollouts, and nobody is
// logged out: first every pod gets the new key among its previous ones, then it becomes the one that signs
// and the old one a previous one, and when the last refresh token of the old one has expired, that one goes.
// Immutable.
class token_keys {
public:
    // HS256 is as strong as its key: RFC 7518 section 3.2 asks for the hash's size at least, and section 3.3
    // for 2048 bits of RSA.
    static constexpr std::size_t least_secret_bytes = 32;
    static constexpr int least_rsa_bits = 2048;
    // Each costs a verification of a token that names no key; more are a mistake, refused at start.
    static constexpr std::size_t most_keys = 16;

    struct settings {
        std::string algorithm = "HS256"; // of what signs: HS256, RS256 or ES256
        std::string secret;              // signs with HS256, else verifies only
        std::string previous_secrets;    // HS256, comma separated: verify only
        std::string key_file;            // PEM private key for RS256 and ES256
        std::string previous_key_files;  // PEM private or public keys, comma separated: verify only
    };
    // Reads the files. nullopt: `wrong` names the option and what is the matter, never a secret.
    static std::optional<token_keys> load(const settings& s, std::string& wrong);
    // One HS256 secret.
    static token_keys of_secret(std::string secret);

    const token_key& current() const noexcept { return keys_.front(); }
    const token_key* find(std::string_view id) const noexcept; // nullptr: not ours
    const std::vector<token_key>& all() const noexcept { return keys_; }

private:
    void add(token_key key); // a key that is there already stays as it is
    std::vector<token_key> keys_;
};

// Empty, or what is wrong with it: for options.
std::string check_key_algorithm(std::string_view text);
std::string check_previous_secrets(std::string_view text);

} // namespace voltlane::api
