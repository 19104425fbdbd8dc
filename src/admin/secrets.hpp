#pragma once

#include <string>
#include <string_view>

// Passwords and URL keys. libsodium, initialised on first use.
namespace voltlane::admin {

// As the API hashes (shared/base/password_hash.hpp).
std::string hash_password(const std::string& password);

std::string new_url_key(); // 32 lower-case hex digits
bool is_url_key(std::string_view text) noexcept;
// SHA-256, lower-case hex: what csms.directory carries instead of the key.
std::string hash_url_key(std::string_view key);

// The environment variable that an option named. Throws failure where it is not set or empty, so that no
// secret has to stand in a command line, which every user of the machine can read.
std::string secret_from_environment(const std::string& variable);

} // namespace voltlane::admin
