#pragma once

#include <optional>
#include <string>

namespace voltlane::api {

// What a PEM file says about a key pair.
struct pem_key {
    enum class type { rsa, p256, other };
    type kind = type::other;
    int bits = 0;
    std::string private_pem; // PKCS #8; empty: the file holds a public key
    std::string public_pem;
    std::string public_der; // SubjectPublicKeyInfo: the same whatever file the key was read from
};

// The first key of the text, private or public. nullopt: there is none, or it is encrypted.
std::optional<pem_key> read_pem_key(const std::string& text);

} // namespace voltlane::api
