#include "shared/base/sealed.hpp"

#include "shared/base/text.hpp"

#include <cstring>

#include <sodium.h>

namespace voltlane {
namespace {

constexpr std::size_t nonce_bytes = crypto_secretbox_NONCEBYTES;
constexpr std::size_t tag_bytes = crypto_secretbox_MACBYTES;

unsigned char* bytes_of(std::string& s) {
    return reinterpret_cast<unsigned char*>(s.data());
}
const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

} // namespace

result<sealing_key> sealing_key::from_hex(std::string_view hex) {
    static_assert(sizeof(bytes_) == crypto_secretbox_KEYBYTES);
    auto raw = voltlane::from_hex(hex);
    if (!raw || raw->size() != crypto_secretbox_KEYBYTES || sodium_init() < 0) return errc::invalid_input;
    sealing_key key;
    std::memcpy(key.bytes_.data(), raw->data(), key.bytes_.size());
    sodium_memzero(raw->data(), raw->size());
    return key;
}

sealing_key::~sealing_key() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

std::string sealing_key::seal(std::string_view plain) const {
    std::string box(nonce_bytes + tag_bytes + plain.size(), '\0');
    randombytes_buf(box.data(), nonce_bytes);
    crypto_secretbox_easy(bytes_of(box) + nonce_bytes, bytes_of(plain), plain.size(), bytes_of(box),
                          bytes_.data());
    return to_base64url(box);
}

result<std::string> sealing_key::open(std::string_view sealed) const {
    const auto box = from_base64url(sealed);
    if (!box || box->size() < nonce_bytes + tag_bytes) return errc::corrupt;
    std::string plain(box->size() - nonce_bytes - tag_bytes, '\0');
    const std::string_view all = *box;
    if (crypto_secretbox_open_easy(bytes_of(plain), bytes_of(all.substr(nonce_bytes)),
                                   all.size() - nonce_bytes, bytes_of(all), bytes_.data()) != 0)
        return errc::corrupt;
    return plain;
}

std::string check_sealing_key(std::string_view hex) {
    if (hex.empty() || sealing_key::from_hex(hex)) return {};
    return "64 hex digits expected";
}

} // namespace voltlane
