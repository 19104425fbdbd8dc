#include "admin/secrets.hpp"

#include "admin/failure.hpp"
#include "shared/base/password_hash.hpp"
#include "shared/base/random.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <sodium.h>

namespace voltlane::admin {
namespace {

constexpr std::size_t url_key_digits = 32;

void start_sodium() {
    if (sodium_init() < 0) throw failure("libsodium cannot be initialised");
}

} // namespace

std::string hash_password(const std::string& password) {
    start_sodium();
    return voltlane::hash_password(password);
}

std::string new_url_key() {
    start_sodium();
    return random_hex(url_key_digits / 2);
}

bool is_url_key(std::string_view text) noexcept {
    return text.size() == url_key_digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string hash_url_key(std::string_view key) {
    return sha256_hex(key);
}

std::string secret_from_environment(const std::string& variable) {
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0')
        throw failure("the environment variable " + variable + " is not set", exit_code::usage);
    return value;
}

} // namespace voltlane::admin
