#include "shared/base/password_hash.hpp"

#include <array>
#include <stdexcept>

#include <sodium.h>

namespace voltlane {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19 * 1024 * 1024;

} // namespace

std::string hash_password(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), passes, memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("no memory to hash a password (19 MiB)");
    return out.data();
}

bool hash_is_outdated(const std::string& hash) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), passes, memory_bytes) == 1;
}

} // namespace voltlane
