#include "api/auth/token_keys.hpp"

#include "api/auth/pem_keys.hpp"
#include "shared/base/random.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace voltlane::api {
namespace {

constexpr std::size_t id_digits = 16;
constexpr std::size_t most_key_file_bytes = 64 * 1024;
constexpr std::array algorithms{key_algorithm::hs256, key_algorithm::rs256, key_algorithm::es256};

std::optional<key_algorithm> parse_algorithm(std::string_view text) {
    for (const auto a : algorithms)
        if (text == to_string(a)) return a;
    return std::nullopt;
}

// The parts between commas, trimmed; blank ones are none.
std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (const auto part = trim(list.substr(0, comma)); !part.empty()) parts.emplace_back(part);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return parts;
}

// The prefix keeps the digest from being any other digest of the same secret.
token_key key_of_secret(std::string secret) {
    auto id = sha256_hex("voltlane token key " + secret).substr(0, id_digits);
    return {std::move(id), key_algorithm::hs256, secret, secret};
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text(most_key_file_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return in.bad() || text.size() > most_key_file_bytes ? std::nullopt : std::optional(std::move(text));
}

std::optional<token_key> key_of_file(const std::string& path, std::string& wrong) {
    const auto text = read_file(path);
    if (!text) {
        wrong = path + " cannot be read";
        return std::nullopt;
    }
    const auto read = read_pem_key(*text);
    if (!read) {
        wrong = path + " holds no PEM key (an encrypted one cannot be used)";
        return std::nullopt;
    }
    token_key key{sha256_hex(read->public_der).substr(0, id_digits), key_algorithm::rs256, read->private_pem,
                  read->public_pem};
    if (read->kind == pem_key::type::p256) {
        key.algorithm = key_algorithm::es256;
    } else if (read->kind != pem_key::type::rsa || read->bits < token_keys::least_rsa_bits) {
        wrong = path + " must hold an RSA key of at least 2048 bits or an EC key on P-256";
        return std::nullopt;
    }
    return key;
}

} // namespace

std::string_view to_string(key_algorithm a) noexcept {
    switch (a) {
    case key_algorithm::hs256: return "HS256";
    case key_algorithm::rs256: return "RS256";
    case key_algorithm::es256: return "ES256";
    }
    return {};
}

std::optional<token_keys> token_keys::load(const settings& s, std::string& wrong) {
    token_keys keys;
    const auto algorithm = parse_algorithm(s.algorithm);
    if (!algorithm) {
        wrong = "jwt-algorithm: " + check_key_algorithm(s.algorithm);
        return std::nullopt;
    }
    if (*algorithm == key_algorithm::hs256) {
        if (s.secret.size() < least_secret_bytes) {
            wrong = "jwt-key: must have at least 32 bytes, or jwt-algorithm be another one";
            return std::nullopt;
        }
    } else {
        if (s.key_file.empty()) {
            wrong = "jwt-key-file: is required with " + s.algorithm;
            return std::nullopt;
        }
        auto key = key_of_file(s.key_file, wrong);
        if (key && (key->algorithm != *algorithm || key->signing.empty())) {
            wrong = s.key_file + " must hold a private key for " + s.algorithm;
            key.reset();
        }
        if (!key) {
            wrong = "jwt-key-file: " + wrong;
            return std::nullopt;
        }
        keys.add(std::move(*key));
    }
    if (!s.secret.empty()) keys.add(key_of_secret(s.secret));
    if (auto fault = check_previous_secrets(s.previous_secrets); !fault.empty()) {
        wrong = "jwt-previous-keys: " + fault;
        return std::nullopt;
    }
    for (auto& secret : parts_of(s.previous_secrets))
        keys.add(key_of_secret(std::move(secret)));
    for (const auto& file : parts_of(s.previous_key_files)) {
        auto key = key_of_file(file, wrong);
        if (!key) {
            wrong = "jwt-previous-key-files: " + wrong;
            return std::nullopt;
        }
        keys.add(std::move(*key));
    }
    if (keys.keys_.size() > most_keys) {
        wrong = "jwt-previous-keys, jwt-previous-key-files: more than 16 keys in all";
        return std::nullopt;
    }
    return keys;
}

token_keys token_keys::of_secret(std::string secret) {
    token_keys keys;
    keys.add(key_of_secret(std::move(secret)));
    return keys;
}

const token_key* token_keys::find(std::string_view id) const noexcept {
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [id](const token_key& k) { return k.id == id; });
    return found == keys_.end() ? nullptr : &*found;
}

void token_keys::add(token_key key) {
    if (find(key.id) == nullptr) keys_.push_back(std::move(key));
}

std::string check_key_algorithm(std::string_view text) {
    return parse_algorithm(text) ? std::string() : "must be HS256, RS256 or ES256";
}

std::string check_previous_secrets(std::string_view text) {
    for (const auto& secret : parts_of(text))
        if (secret.size() < token_keys::least_secret_bytes) return "each must have at least 32 bytes";
    return {};
}

} // namespace voltlane::api
