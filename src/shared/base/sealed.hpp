#pragma once

#include "shared/base/errors.hpp"

#include <array>
#include <string>
#include <string_view>

namespace voltlane {

// Seals a command's secret params on their way from an API pod to a gateway: libsodium secretbox
// (XSalsa20-Poly1305) under a key that both are configured with (VOLTLANE_COMMAND_KEY), a random nonce in
// front, base64url.
//
// Immutable, any thread. The key is wiped when the object goes.
class sealing_key {
public:
    // 64 hex digits; errc::invalid_input otherwise. Never logged.
    static result<sealing_key> from_hex(std::string_view hex);

    sealing_key(const sealing_key&) = default;
    sealing_key& operator=(const sealing_key&) = default;
    ~sealing_key();

    std::string seal(std::string_view plain) const;
    // errc::corrupt: no base64url, too short, of another key, or tampered with.
    result<std::string> open(std::string_view sealed) const;

private:
    sealing_key() = default;
    std::array<unsigned char, 32> bytes_{};
};

// For options::add: empty, or what is wrong with the value (an empty value is right: no key is configured).
std::string check_sealing_key(std::string_view hex);

} // namespace voltlane
