#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Random names and secrets, and the digest under which secrets are stored. libsodium, which the process has
// started (sodium_init).
namespace voltlane {

std::string random_bytes(std::size_t count);
std::string random_hex(std::size_t bytes);  // two lower-case digits a byte
std::string random_text(std::size_t bytes); // URL-safe base64
std::string make_uuid();                    // version 4, lower case
std::string sha256_hex(std::string_view text);

} // namespace voltlane
